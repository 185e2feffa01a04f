package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.nn.lm.CausalLM;
import io.troupe.training.grpo.GrpoTrainer.Progress;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.state.StateSegment;
import io.troupe.training.state.TrainingState;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole state of a learner between two steps: three counters, the weights, and the state of the
 * optimizer, in their order.
 */
public final class StateBytes {
  private static final int COUNTERS_BYTES = 3 * Long.BYTES;

  private StateBytes() {}

  /** Copies the state. */
  public static Payload copy(Progress progress, CausalLM policy, Optimizer optimizer) {
    TrainingState state =
        TrainingState.view(progress.step(), progress.numTokens(), policy, optimizer);
    List<MemorySegment> segments = new ArrayList<>();
    segments.add(PayloadBytes.longs(state.step(), state.numTokens(), state.optimizerSteps()));
    state.weights().forEach(segment -> segments.add(segment.content()));
    state.optimizer().forEach(segment -> segments.add(segment.content()));
    return PayloadBytes.copy(segments);
  }

  /**
   * Overwrites policy and optimizer.
   *
   * @return how far training is
   * @throws IllegalArgumentException if the payload does not have the size of their state
   */
  public static Progress restore(Payload payload, CausalLM policy, Optimizer optimizer) {
    TrainingState here = TrainingState.view(0, 0, policy, optimizer);
    long size = COUNTERS_BYTES + here.sizeBytes();
    if (payload.sizeBytes() != size) {
      throw new IllegalArgumentException(
          "the state of training must have %d bytes, got %d".formatted(size, payload.sizeBytes()));
    }
    PayloadBytes bytes = new PayloadBytes(payload);
    long step = bytes.nextLong();
    long numTokens = bytes.nextLong();
    long optimizerSteps = bytes.nextLong();
    new TrainingState(
            step,
            numTokens,
            optimizerSteps,
            read(bytes, here.weights()),
            read(bytes, here.optimizer()))
        .restore(policy, optimizer);
    return new Progress(step, numTokens);
  }

  private static List<StateSegment> read(PayloadBytes bytes, List<StateSegment> shapes) {
    List<StateSegment> read = new ArrayList<>();
    for (StateSegment shape : shapes) {
      MemorySegment content =
          MemorySegment.ofBuffer(
              ByteBuffer.allocateDirect(Math.toIntExact(shape.content().byteSize())));
      bytes.next(content);
      read.add(new StateSegment(shape.name(), content));
    }
    return read;
  }
}
