package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.Payload;
import io.troupe.training.shard.GradientSink;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Copies the parts of a gradient while the backward pass computes the ones before them. */
public final class PartSender implements GradientSink {
  private final SumParts parts;
  private final Receiver receiver;
  private int part;
  private ByteBuffer copy; // of the part; null before its first byte

  /** Receives the parts of a gradient in order. */
  @FunctionalInterface
  public interface Receiver {
    /** A part is complete. */
    void accept(int part, int numParts, Payload data);
  }

  /** A sender of one sum. */
  public PartSender(SumParts parts, Receiver receiver) {
    this.parts = parts;
    this.receiver = receiver;
  }

  @Override
  public void accept(long offsetBytes, MemorySegment completed) {
    long end = offsetBytes + completed.byteSize();
    while (part < parts.numGradientParts() && end > offsetBytes) {
      long partStart = parts.start(part);
      long start = Math.max(offsetBytes, partStart);
      copyTo(start - partStart, completed.asSlice(start - offsetBytes, end - start));
      if (start == partStart) {
        receiver.accept(part, parts.numGradientParts() + 1, new Payload(List.of(copy)));
        copy = null;
        part++;
      }
      end = start;
    }
  }

  private void copyTo(long position, MemorySegment content) {
    if (copy == null) {
      copy =
          ByteBuffer.allocateDirect(Math.toIntExact(parts.size(part)))
              .order(ByteOrder.LITTLE_ENDIAN);
    }
    MemorySegment.ofBuffer(copy).asSlice(position, content.byteSize()).copyFrom(content);
  }
}
