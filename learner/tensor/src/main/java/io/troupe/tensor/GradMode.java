package io.troupe.tensor;

/** Whether operations of this thread are recorded for gradients (default: yes). */
public final class GradMode {
  private static final ThreadLocal<Boolean> OFF = ThreadLocal.withInitial(() -> false);

  private GradMode() {}

  /** Whether operations are recorded now. */
  public static boolean isEnabled() {
    return !OFF.get();
  }

  /** Disables recording until the result is closed: {@code try (var off = GradMode.noGrad())}. */
  public static NoGrad noGrad() {
    boolean before = OFF.get();
    OFF.set(true);
    return () -> OFF.set(before);
  }

  /** Enables recording until the result is closed, such as within a backward pass. */
  public static Recording recording() {
    boolean before = OFF.get();
    OFF.set(false);
    return () -> OFF.set(before);
  }

  /** Restores the previous mode. */
  public interface Recording extends AutoCloseable {
    @Override
    void close();
  }

  /** Restores the previous mode. */
  public interface NoGrad extends AutoCloseable {
    @Override
    void close();
  }
}
