package io.troupe.streams.link.receive;

import io.troupe.streams.link.frame.FrameHeader;
import io.troupe.streams.link.message.Destination;
import java.lang.foreign.MemorySegment;

/** A message that is being received. */
final class Inbound {
  private final FrameHeader first;
  private final Destination destination;
  private final boolean isRefused;
  private long nextOffset;
  private long lastFrameNs;

  private Inbound(FrameHeader first, Destination destination, boolean isRefused, long nowNs) {
    this.first = first;
    this.destination = destination;
    this.isRefused = isRefused;
    this.lastFrameNs = nowNs;
  }

  static Inbound accepted(FrameHeader first, Destination destination, long nowNs) {
    return new Inbound(first, destination, false, nowNs);
  }

  /** A refused message, whose frames are skipped. */
  static Inbound refused(FrameHeader first, long nowNs) {
    return new Inbound(first, NOWHERE, true, nowNs);
  }

  boolean isRefused() {
    return isRefused;
  }

  long lastFrameNs() {
    return lastFrameNs;
  }

  boolean isNext(FrameHeader header) {
    return header.continues(first) && header.offset() == nextOffset;
  }

  boolean isDone() {
    return nextOffset == first.totalLength();
  }

  /** Writes the part of the body in a payload. */
  void write(FrameHeader header, byte[] payload, long nowNs) {
    int skip = header.offset() == 0 ? header.preambleLength() : 0;
    int length = header.payloadLength() - skip;
    nextOffset += header.payloadLength();
    lastFrameNs = nowNs;
    if (length > 0) {
      destination.write(
          header.offset() + skip - header.preambleLength(),
          MemorySegment.ofArray(payload).asSlice(skip, length).asReadOnly());
    }
  }

  void complete() {
    destination.complete();
  }

  void failed(String reason) {
    destination.failed(reason);
  }

  private static final Destination NOWHERE =
      new Destination() {
        @Override
        public void write(long offset, MemorySegment part) {}

        @Override
        public void complete() {}

        @Override
        public void failed(String reason) {}
      };
}
