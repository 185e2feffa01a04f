package io.troupe.training.state;

import io.troupe.nn.lm.CausalLM;
import io.troupe.tensor.Tensor;
import io.troupe.training.optim.Optimizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The state of a learner between two steps: with it and the batches that follow, another learner
 * reaches the same weights.
 *
 * @param step completed training steps
 * @param numTokens tokens trained on
 * @param optimizerSteps completed optimizer steps
 * @param weights the parameters of the policy, in their order
 * @param optimizer the state of the optimizer, in its order
 */
public record TrainingState(
    long step,
    long numTokens,
    long optimizerSteps,
    List<StateSegment> weights,
    List<StateSegment> optimizer) {

  /** Checks the counters. */
  public TrainingState {
    if (step < 0 || numTokens < 0 || optimizerSteps < 0) {
      throw new IllegalArgumentException(
          "step, numTokens and optimizerSteps must be >= 0, got %d, %d and %d"
              .formatted(step, numTokens, optimizerSteps));
    }
    weights = List.copyOf(weights);
    optimizer = List.copyOf(optimizer);
  }

  /**
   * The memory of a learner itself, without a copy. It changes with the next optimizer step, and
   * must not be used after policy or optimizer are closed.
   *
   * @param step completed training steps
   * @param numTokens tokens trained on
   */
  public static TrainingState view(
      long step, long numTokens, CausalLM policy, Optimizer optimizer) {
    return new TrainingState(
        step,
        numTokens,
        optimizer.stepCount(),
        segments(policy.namedParameters()),
        segments(optimizer.state()));
  }

  private static List<StateSegment> segments(Map<String, Tensor> tensors) {
    List<StateSegment> segments = new ArrayList<>();
    tensors.forEach((name, tensor) -> segments.add(new StateSegment(name, tensor.segment())));
    return segments;
  }

  /** Size of all tensors in bytes. */
  public long sizeBytes() {
    return Stream.concat(weights.stream(), optimizer.stream())
        .mapToLong(segment -> segment.content().byteSize())
        .sum();
  }

  /** The checksum of the weights, as {@link WeightChecksum}. */
  public long weightChecksum() {
    return WeightChecksum.ofSegments(weights.stream().map(StateSegment::content).toList());
  }

  /** A copy that does not change. */
  public TrainingState copy(Arena arena) {
    return new TrainingState(
        step, numTokens, optimizerSteps, copy(weights, arena), copy(optimizer, arena));
  }

  private static List<StateSegment> copy(List<StateSegment> segments, Arena arena) {
    return segments.stream()
        .map(
            segment ->
                new StateSegment(
                    segment.name(),
                    arena.allocate(segment.content().byteSize(), 64).copyFrom(segment.content())))
        .toList();
  }

  /**
   * Overwrites policy and optimizer.
   *
   * @throws IllegalArgumentException if a tensor is missing, unknown or has another size; policy
   *     and optimizer are undefined then
   */
  public void restore(CausalLM policy, Optimizer target) {
    Map<String, MemorySegment> contents = byName(weights);
    Map<String, Tensor> parameters = policy.namedParameters();
    if (!contents.keySet().equals(parameters.keySet())) {
      throw new IllegalArgumentException(
          "weights of the state must be those of %s, got %s"
              .formatted(parameters.keySet(), contents.keySet()));
    }
    parameters.forEach((name, parameter) -> overwrite(name, parameter, contents.get(name)));
    target.restore(optimizerSteps, byName(optimizer));
  }

  private static void overwrite(String name, Tensor parameter, MemorySegment content) {
    if (content.byteSize() != parameter.sizeBytes()) {
      throw new IllegalArgumentException(
          "%s must have %d bytes, got %d"
              .formatted(name, parameter.sizeBytes(), content.byteSize()));
    }
    parameter.setBytes(0, content);
  }

  private static Map<String, MemorySegment> byName(List<StateSegment> segments) {
    Map<String, MemorySegment> contents = new LinkedHashMap<>();
    for (StateSegment segment : segments) {
      if (contents.put(segment.name(), segment.content()) != null) {
        throw new IllegalArgumentException(
            "tensors of a state must have different names, got " + segment.name() + " twice");
      }
    }
    return contents;
  }
}
