package io.troupe.rollout.jinja.value;

/**
 * Limits of one rendering. Templates come from outside and may be hostile.
 *
 * @param maxSteps evaluated expressions and statements, plus one step for each element and each 16
 *     characters of the values that they create; bounds time and memory
 * @param maxLength characters of one text, the rendered one included
 * @param maxDepth nesting of evaluated expressions, statements, macro calls and values
 */
public record RenderLimits(long maxSteps, int maxLength, int maxDepth) {
  /** The longest {@code range}, as in Jinja's sandbox. */
  public static final int MAX_RANGE = 100_000;

  /** The bits of the largest integer. */
  public static final int MAX_INTEGER_BITS = 4096;

  /**
   * Ten million steps, texts of 16 million characters, a depth of 500: a conversation of 1,000
   * messages takes less than a tenth of each.
   */
  public static final RenderLimits DEFAULT = new RenderLimits(10_000_000, 1 << 24, 500);

  /** Checks that every limit is positive. */
  public RenderLimits {
    if (maxSteps < 1 || maxLength < 1 || maxDepth < 1) {
      throw new IllegalArgumentException(
          "render limits must be positive, got " + maxSteps + ", " + maxLength + ", " + maxDepth);
    }
  }
}
