package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.training.grpo.GrpoTrainer;
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

  /** Copies the state of a trainer. */
  public static Payload copy(GrpoTrainer trainer) {
    TrainingState state = trainer.state();
    List<MemorySegment> segments = new ArrayList<>();
    segments.add(PayloadBytes.longs(state.step(), state.numTokens(), state.optimizerSteps()));
    state.weights().forEach(segment -> segments.add(segment.content()));
    state.optimizer().forEach(segment -> segments.add(segment.content()));
    return PayloadBytes.copy(segments);
  }

  /**
   * Overwrites the state of a trainer.
   *
   * @param shapes of the trainer's state, such as its state before
   * @throws IllegalArgumentException if the payload does not have the size of that state
   */
  public static void restore(Payload payload, TrainingState shapes, GrpoTrainer trainer) {
    long size = COUNTERS_BYTES + shapes.sizeBytes();
    if (payload.sizeBytes() != size) {
      throw new IllegalArgumentException(
          "the state of training must have %d bytes, got %d".formatted(size, payload.sizeBytes()));
    }
    PayloadBytes bytes = new PayloadBytes(payload);
    trainer.restore(
        new TrainingState(
            bytes.nextLong(),
            bytes.nextLong(),
            bytes.nextLong(),
            read(bytes, shapes.weights()),
            read(bytes, shapes.optimizer())));
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
