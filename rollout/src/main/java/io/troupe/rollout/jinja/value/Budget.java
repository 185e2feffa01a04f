package io.troupe.rollout.jinja.value;

/**
 * Counts the resources used by one rendering and enforces its {@link RenderLimits}. Not
 * thread-safe.
 */
public final class Budget {
  private static final int CHARACTERS_PER_STEP = 16;

  private final RenderLimits limits;
  private long steps;
  private int depth;

  /** Creates an unused budget. */
  public Budget(RenderLimits limits) {
    this.limits = limits;
  }

  /** The limits. */
  public RenderLimits limits() {
    return limits;
  }

  /** Charges one step. */
  public void step() {
    charge(1);
  }

  /** Charges steps. */
  public void charge(long count) {
    steps += count;
    if (steps > limits.maxSteps() || steps < 0) {
      throw limit("the template must finish within " + limits.maxSteps() + " steps");
    }
  }

  /** Charges the creation or scanning of a string. */
  public void chargeText(long length) {
    checkLength(length);
    charge(1 + length / CHARACTERS_PER_STEP);
  }

  /** Checks the length of a string before it is created. */
  public void checkLength(long length) {
    if (length > limits.maxLength()) {
      throw limit("a text must have at most " + limits.maxLength() + " characters, got " + length);
    }
  }

  /** Enters one level of nesting; {@link #leave} must follow. */
  public void enter() {
    if (++depth > limits.maxDepth()) {
      depth--;
      throw limit("nesting must not exceed " + limits.maxDepth() + " levels");
    }
  }

  /** Leaves a level of nesting. */
  public void leave() {
    depth--;
  }

  /** The current nesting depth. */
  public int depth() {
    return depth;
  }

  /** Restores an earlier {@link #depth} after an error that does not end the rendering. */
  public void restoreDepth(int earlier) {
    depth = earlier;
  }

  private static TemplateException limit(String detail) {
    return TemplateException.of(TemplateException.Kind.LIMIT, detail);
  }
}
