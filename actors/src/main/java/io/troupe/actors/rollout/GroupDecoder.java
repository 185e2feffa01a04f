package io.troupe.actors.rollout;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingEvent;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.InlineDecoder;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.streams.weights.Delivery;
import io.troupe.streams.weights.WeightReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/**
 * Decodes groups with its own copy of the policy, on the caller's thread. A new version of the
 * weights overwrites the previous one between two forward passes; sequences that are being decoded
 * wait for it.
 */
public final class GroupDecoder implements Decoding {
  private static final long SLICE_NS = Duration.ofMillis(20).toNanos();
  private static final long PARK_NS = 100_000;
  private static final int FRAMES_PER_POLL = 1024;

  private final CausalLM model;
  private final InlineDecoder decoder;
  private final GenerationConfig generation;
  private final WeightReceiver weights;
  private final List<SampledGroup> sampled = new ArrayList<>();
  private Delivery reported;
  private Throwable failure;

  /**
   * A decoder, which closes the model and the receiver.
   *
   * @param model its own copy; the weights are undefined until the first version arrives
   * @param tokenizer of the policy
   * @param limits of the batch
   * @param generation the sampling settings
   * @param weights receives versions for the model
   */
  public GroupDecoder(
      CausalLM model,
      Tokenizer tokenizer,
      DecodingLimits limits,
      GenerationConfig generation,
      WeightReceiver weights) {
    this.model = model;
    this.decoder = new InlineDecoder(model, tokenizer, limits);
    this.generation = generation;
    this.weights = weights;
  }

  @Override
  public Slice advance(List<GroupSpec> groups, boolean expectsWeights) {
    groups.forEach(this::submit);
    long endNs = System.nanoTime() + SLICE_NS;
    while (System.nanoTime() < endNs) {
      int frames = weights.poll(FRAMES_PER_POLL);
      Delivery delivery = weights.delivery();
      if (delivery instanceof Delivery.Complete) {
        return slice(OptionalLong.of(swap()), Optional.empty());
      }
      if (delivery instanceof Delivery.Damaged(String cause) && delivery != reported) {
        reported = delivery;
        return slice(OptionalLong.empty(), Optional.of(cause));
      }
      if (delivery instanceof Delivery.Arriving || !weights.isWhole()) {
        pause(frames); // weights of two versions must not decode
      } else if (decode()) {
        if (!sampled.isEmpty()) {
          break;
        }
      } else if (expectsWeights) {
        pause(frames);
      } else {
        break;
      }
    }
    return slice(OptionalLong.empty(), Optional.empty());
  }

  private void submit(GroupSpec group) {
    decoder
        .service()
        .submit(DecodingRequest.forRewards(group, generation))
        .next()
        .whenComplete(this::onEvent);
  }

  private void onEvent(Optional<DecodingEvent> event, Throwable cause) {
    if (cause != null) {
      failure = cause;
    } else if (event.orElseThrow() instanceof RequestCompleted(SampledGroup group, var _, var _)) {
      sampled.add(group);
    }
  }

  /** Makes at most one forward pass; returns whether there was anything to do. */
  private boolean decode() {
    boolean worked = decoder.advance();
    if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
    return worked;
  }

  private long swap() {
    CompletableFuture<Long> swapped =
        decoder.service().swapWeights(weights::swap).toCompletableFuture();
    while (!swapped.isDone()) {
      decode();
    }
    try {
      return swapped.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** Parks if nothing arrived. */
  private static void pause(int frames) {
    if (frames == 0) {
      LockSupport.parkNanos(PARK_NS);
    }
  }

  private Slice slice(OptionalLong swapped, Optional<String> damaged) {
    Slice slice = new Slice(sampled, swapped, damaged, decoder.service().numOpen() > 0);
    sampled.clear();
    return slice;
  }

  @Override
  public void close() {
    try (model;
        weights;
        decoder) {
      sampled.clear();
    }
  }
}
