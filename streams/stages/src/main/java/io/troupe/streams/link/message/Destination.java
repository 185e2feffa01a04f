package io.troupe.streams.link.message;

import java.lang.foreign.MemorySegment;

/**
 * Receives the body of one message on the receiving thread, which it must not block. Exactly one of
 * {@link #complete} and {@link #failed} ends it.
 */
public interface Destination {
  /**
   * Receives the next part. Every part is authentic, and they arrive in order without a gap.
   *
   * @param offset of the part in the body
   * @param part its bytes, valid during the call only
   */
  void write(long offset, MemorySegment part);

  /** The body is complete. */
  void complete();

  /** The rest of the body will not arrive. */
  void failed(String reason);
}
