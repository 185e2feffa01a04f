package io.troupe.streams.link.message;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The body of a message. The transport reads it part by part on its own thread, so it must stay
 * accessible and unchanged until the message has ended.
 */
public interface Payload {
  /** Size in bytes, which does not change. */
  long sizeBytes();

  /**
   * Copies a part to the whole of {@code target}.
   *
   * @param offset of the part; ascending from 0
   */
  void read(long offset, MemorySegment target);

  /** An empty body. */
  static Payload empty() {
    return of(List.of());
  }

  /** A copy of bytes. */
  static Payload copyOf(byte[] bytes) {
    return of(List.of(MemorySegment.ofArray(bytes.clone())));
  }

  /** Segments one after the other, which are not copied. */
  static Payload of(List<MemorySegment> segments) {
    return new SegmentPayload(segments);
  }
}
