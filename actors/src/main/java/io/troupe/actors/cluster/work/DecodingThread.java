package io.troupe.actors.cluster.work;

import io.troupe.actors.cluster.content.WeightBytes;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.rollout.DecodingWork;
import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingEvent;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingStream;
import io.troupe.rollout.service.InlineDecoder;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Decodes groups on a thread of its own, with its own copy of the policy. The core bounds the
 * number of groups by the credits that it announces. The caller must close it.
 */
public final class DecodingThread implements DecodingWork {
  private static final Runnable STOP = () -> {};

  private final CausalLM model;
  private final GenerationConfig generation;
  private final Executor core;
  private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Map<Long, DecodingStream> open = new HashMap<>(); // of the thread
  private final List<Runnable> completed = new ArrayList<>(); // of the thread
  private final InlineDecoder decoder; // of the thread
  private final Thread thread;

  /**
   * Starts the thread.
   *
   * @param model that decodes; its weights are replaced, and the caller closes it afterwards
   * @param tokenizer of the policy
   * @param limits of the batch
   * @param generation the sampling settings
   * @param core runs completions
   */
  public DecodingThread(
      CausalLM model,
      Tokenizer tokenizer,
      DecodingLimits limits,
      GenerationConfig generation,
      Executor core) {
    this.model = model;
    this.generation = generation;
    this.core = core;
    this.decoder = new InlineDecoder(model, tokenizer, limits);
    this.thread = Thread.ofPlatform().daemon().name("troupe-rollout").start(this::run);
  }

  @Override
  public void decode(GroupSpec group, Consumer<Outcome<SampledGroup>> done) {
    commands.add(() -> submit(group, done));
  }

  @Override
  public void cancel(long groupId) {
    commands.add(
        () -> {
          DecodingStream stream = open.remove(groupId);
          if (stream != null) {
            stream.cancel("the coordinator");
          }
        });
  }

  @Override
  public void swap(WeightsVersion weights, Consumer<Outcome<Long>> done) {
    commands.add(() -> replace(weights, done));
  }

  private void run() {
    while (true) {
      Runnable command = commands.poll();
      if (command == STOP) {
        return;
      }
      if (command != null) {
        command.run();
      } else if (!decoder.advance()) {
        try {
          command = commands.take();
        } catch (InterruptedException e) {
          return;
        }
        if (command == STOP) {
          return;
        }
        command.run();
      }
      deliver();
    }
  }

  /** Passes on what has been completed: groups often end in the same forward pass. */
  private void deliver() {
    if (!completed.isEmpty()) {
      List<Runnable> together = List.copyOf(completed);
      completed.clear();
      core.execute(() -> together.forEach(Runnable::run));
    }
  }

  private void submit(GroupSpec group, Consumer<Outcome<SampledGroup>> done) {
    try {
      DecodingStream stream =
          decoder.service().submit(DecodingRequest.forRewards(group, generation));
      open.put(group.groupId(), stream);
      CompletionStage<Optional<DecodingEvent>> next = stream.next();
      next.whenComplete((event, failure) -> onEvent(group.groupId(), stream, event, failure, done));
    } catch (RuntimeException e) {
      complete(done, Outcome.failed(reason(e)));
    }
  }

  private void onEvent(
      long groupId,
      DecodingStream stream,
      Optional<DecodingEvent> event,
      Throwable failure,
      Consumer<Outcome<SampledGroup>> done) {
    if (!open.remove(groupId, stream)) {
      return; // cancelled
    }
    if (failure != null) {
      complete(done, Outcome.failed(reason(failure)));
    } else if (event.orElseThrow() instanceof RequestCompleted completed) {
      complete(done, Outcome.done(completed.group()));
    }
  }

  private void replace(WeightsVersion weights, Consumer<Outcome<Long>> done) {
    try {
      WeightBytes.require(weights, model);
    } catch (IllegalArgumentException e) {
      complete(done, Outcome.failed(reason(e)));
      return;
    }
    decoder
        .service()
        .swapWeights(
            () -> {
              WeightBytes.write(weights.data(), model);
              return weights.version();
            })
        .whenComplete(
            (version, failure) ->
                complete(
                    done,
                    failure == null ? Outcome.done(version) : Outcome.failed(reason(failure))));
  }

  private <T> void complete(Consumer<Outcome<T>> done, Outcome<T> outcome) {
    completed.add(() -> done.accept(outcome));
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message.lines().findFirst().orElse("");
  }

  /**
   * Ends the thread.
   *
   * @return whether it has ended; if not, the memory of the model must not be freed
   */
  public boolean close(Duration limit) {
    commands.add(STOP);
    try {
      if (!thread.join(limit)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    decoder.close();
    return true;
  }
}
