package io.troupe.rollout.service;

import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.ArrayDeque;

/**
 * A decoding service that works on the caller's thread, which calls {@link #advance}. For one
 * thread.
 */
public final class InlineDecoder implements AutoCloseable {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final DecodingService service;

  /**
   * A service without a thread.
   *
   * @throws IllegalArgumentException if the tokenizer does not fit the model
   */
  public InlineDecoder(CausalLM model, Tokenizer tokenizer, DecodingLimits limits) {
    service = new DecodingService(model, tokenizer, limits, tasks::add);
  }

  /** The service; its streams complete within {@link #advance}. */
  public DecodingService service() {
    return service;
  }

  /**
   * Does the next piece of work, at most one forward pass.
   *
   * @return false if there is nothing to do until a stream is asked for an event
   */
  public boolean advance() {
    Runnable task = tasks.poll();
    if (task == null) {
      return false;
    }
    task.run();
    return true;
  }

  /** Stops the service and releases its KV cache; closing twice is harmless. */
  @Override
  public void close() {
    var stopped = service.stop("its owner closed it").toCompletableFuture();
    while (!stopped.isDone() && advance()) {
      // runs what is queued before the stop, without forward passes
    }
    stopped.join();
  }
}
