package io.troupe.tensor;

import io.troupe.tensor.memory.MemoryPool;

/**
 * Where tensors live and what computes on them: a device and a memory pool.
 *
 * <p>Engines are passed to whoever opens scopes; a process normally has one. Whoever makes an
 * engine closes it, after every scope opened on it.
 *
 * @param device computes on tensors of this engine
 * @param memory holds their elements
 */
public record Engine(Device device, MemoryPool memory) implements AutoCloseable {

  /** An engine with a pool of its own. */
  public static Engine of(Device device) {
    return new Engine(device, new MemoryPool());
  }

  /**
   * Creates an engine with its own pool, which has a limit.
   *
   * @param memoryLimitBytes the most bytes that tensors take from the system; 0 for {@link
   *     MemoryPool#defaultLimitBytes}
   */
  public static Engine of(Device device, long memoryLimitBytes) {
    long limit = memoryLimitBytes == 0 ? MemoryPool.defaultLimitBytes() : memoryLimitBytes;
    return new Engine(device, new MemoryPool(limit));
  }

  /**
   * Opens a scope for the temporaries of one step or request and makes it this thread's current
   * one.
   *
   * @param name shown in errors, such as "step 12"
   */
  public Scope open(String name) {
    return Scope.push(this, name, false);
  }

  /**
   * A scope for what lives long, such as the weights of a model. It is not this thread's current
   * one until it is entered with {@link Scope#enter}.
   */
  public Scope longLived(String name) {
    return Scope.detached(this, name);
  }

  @Override
  public void close() {
    device.close();
    memory.close();
  }
}
