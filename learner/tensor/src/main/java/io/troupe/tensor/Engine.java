package io.troupe.tensor;

import io.troupe.tensor.memory.MemoryPool;
import io.troupe.tensor.memory.MemoryUse;

/**
 * A device that computes on tensors and the memory pool that holds them.
 *
 * <p>A process normally has one engine, which is passed to the code that opens scopes. The creator
 * of an engine must close it, after every scope opened on it.
 *
 * @param device computes on tensors of this engine
 * @param memory holds their elements
 */
public record Engine(Device device, MemoryPool memory) implements AutoCloseable {

  /** Creates an engine with its own pool, without a limit. */
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
    return Scope.push(this, name);
  }

  /**
   * Creates a scope for long-lived tensors, such as the weights of a model. It is not this thread's
   * current one until it is entered with {@link Scope#enter}.
   */
  public Scope longLived(String name) {
    return longLived(name, MemoryUse.WEIGHTS);
  }

  /** As {@link #longLived(String)}; memory metrics count its tensors under {@code use}. */
  public Scope longLived(String name, MemoryUse use) {
    return Scope.detached(this, name, use);
  }

  @Override
  public void close() {
    device.close();
    memory.close();
  }
}
