package io.troupe.tensor;

/** Whether operations of this thread are recorded for gradients; they are unless switched off. */
public final class GradMode {
  private static final ThreadLocal<Boolean> OFF = ThreadLocal.withInitial(() -> false);

  private GradMode() {}

  /** Whether operations are recorded now. */
  public static boolean isEnabled() {
    return !OFF.get();
  }

  /** Records nothing until the result is closed: {@code try (var off = GradMode.noGrad())}. */
  public static NoGrad noGrad() {
    boolean before = OFF.get();
    OFF.set(true);
    return () -> OFF.set(before);
  }

  /** Switches recording back to what it was. */
  public interface NoGrad extends AutoCloseable {
    @Override
    void close();
  }
}
