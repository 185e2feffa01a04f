package io.troupe.actors.rollout;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.streams.weights.Delivery;
import io.troupe.streams.weights.WeightReceiver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Decodes groups with its own copy of the policy, and swaps whole versions of the weights in
 * between two decoding steps.
 */
public final class GroupDecoder implements Decoding {
  private static final long SLICE_NS = Duration.ofMillis(20).toNanos();
  private static final long PARK_NS = 100_000;
  private static final int MAX_PAUSES = 50;
  private static final int FRAMES_PER_POLL = 1024;

  private final CausalLM model;
  private final DecodingEngine engine;
  private final GenerationConfig generation;
  private final WeightReceiver weights;
  private final List<SampledGroup> sampled = new ArrayList<>();
  private Delivery reported;

  /**
   * A decoder, which owns all it is given and closes it.
   *
   * @param model its own copy; the weights are undefined until the first version arrives
   * @param engine decodes with that model
   * @param generation how to sample
   * @param weights receives versions for that model
   */
  public GroupDecoder(
      CausalLM model, DecodingEngine engine, GenerationConfig generation, WeightReceiver weights) {
    this.model = model;
    this.engine = engine;
    this.generation = generation;
    this.weights = weights;
  }

  @Override
  public Slice advance(List<GroupSpec> groups, boolean expectsWeights) {
    for (GroupSpec group : groups) {
      engine.submit(group, generation, sampled::add);
    }
    long endNs = System.nanoTime() + SLICE_NS;
    int pausesLeft = MAX_PAUSES;
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
      if (delivery instanceof Delivery.Arriving && pausesLeft > 0) {
        // The rest follows at once: better to wait for it than to go on with the older weights.
        pausesLeft -= pause(frames);
      } else if (engine.step()) {
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

  private long swap() {
    long policyVersion = weights.swapInto(model);
    engine.weightsChanged(policyVersion);
    return policyVersion;
  }

  /** Parks if nothing arrived; how often it did. */
  private static int pause(int frames) {
    if (frames > 0) {
      return 0;
    }
    LockSupport.parkNanos(PARK_NS);
    return 1;
  }

  private boolean hasWork() {
    return engine.numRunning() > 0 || engine.numWaiting() > 0;
  }

  private Slice slice(OptionalLong swapped, Optional<String> damaged) {
    Slice slice = new Slice(sampled, swapped, damaged, hasWork());
    sampled.clear();
    return slice;
  }

  @Override
  public void close() {
    try (model;
        weights;
        engine) {
      sampled.clear();
    }
  }
}
