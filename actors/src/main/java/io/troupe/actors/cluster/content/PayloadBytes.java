package io.troupe.actors.cluster.content;

import io.troupe.actors.cluster.protocol.Payload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads a payload from its start, in pieces that its parts may cut anywhere. */
final class PayloadBytes {
  private static final int MAX_PART_BYTES = 1 << 30;

  private final List<ByteBuffer> parts;
  private int part;

  PayloadBytes(Payload payload) {
    this.parts = payload.parts();
  }

  /** Receives a piece. */
  interface Sink {
    void accept(long offset, MemorySegment bytes);
  }

  /** Passes on the next bytes. */
  void next(long length, Sink sink) {
    long offset = 0;
    while (offset < length) {
      ByteBuffer source = parts.get(part);
      if (source.hasRemaining()) {
        int some = (int) Math.min(source.remaining(), length - offset);
        sink.accept(offset, MemorySegment.ofBuffer(source.slice(source.position(), some)));
        source.position(source.position() + some);
        offset += some;
      } else {
        part++;
      }
    }
  }

  /** Copies the next bytes to a segment. */
  void next(MemorySegment target) {
    next(
        target.byteSize(),
        (offset, bytes) -> MemorySegment.copy(bytes, 0, target, offset, bytes.byteSize()));
  }

  /** The next bytes as a 64-bit number. */
  long nextLong() {
    long[] value = new long[1];
    next(MemorySegment.ofArray(value));
    return value[0];
  }

  /** Copies segments, so that the payload does not change with them. */
  static Payload copy(List<MemorySegment> segments) {
    List<ByteBuffer> copies = new ArrayList<>();
    for (MemorySegment segment : segments) {
      for (long from = 0; from < segment.byteSize(); from += MAX_PART_BYTES) {
        long length = Math.min(MAX_PART_BYTES, segment.byteSize() - from);
        ByteBuffer copy = ByteBuffer.allocateDirect((int) length).order(ByteOrder.LITTLE_ENDIAN);
        MemorySegment.ofBuffer(copy).copyFrom(segment.asSlice(from, length));
        copies.add(copy);
      }
    }
    return new Payload(copies);
  }

  /** Numbers as a segment. */
  static MemorySegment longs(long... values) {
    MemorySegment segment = MemorySegment.ofArray(new long[values.length]);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_LONG, 0, values.length);
    return segment;
  }
}
