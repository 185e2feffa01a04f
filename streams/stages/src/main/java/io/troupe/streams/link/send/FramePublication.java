package io.troupe.streams.link.send;

import io.aeron.ExclusivePublication;
import io.aeron.logbuffer.BufferClaim;

/** Takes frames for one receiver: an Aeron publication, or a test that injects faults. */
interface FramePublication extends AutoCloseable {
  /** Maximum size of a frame. */
  int maxFrameLength();

  /** Claims space for a frame without waiting; returns a position or one of Aeron's codes. */
  long tryClaim(int length, BufferClaim claim);

  @Override
  void close();

  /** A publication with one receiver. */
  static FramePublication of(ExclusivePublication publication) {
    return new FramePublication() {
      @Override
      public int maxFrameLength() {
        return publication.maxPayloadLength();
      }

      @Override
      public long tryClaim(int length, BufferClaim claim) {
        return publication.tryClaim(length, claim);
      }

      @Override
      public void close() {
        publication.close();
      }
    };
  }
}
