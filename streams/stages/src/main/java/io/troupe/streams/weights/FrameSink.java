package io.troupe.streams.weights;

import io.aeron.DirectBufferVector;
import io.aeron.ExclusivePublication;

/** Where frames go: a publication of Aeron, or a test that damages them on their way. */
interface FrameSink extends AutoCloseable {
  /** Offers a frame without waiting; Aeron's result codes, or the new position. */
  long offer(DirectBufferVector[] headerAndPayload);

  /** The most bytes of a frame that travels in one piece, header included. */
  int maxFrameLength();

  /** The most bytes of any frame, header included: longer ones are put together on arrival. */
  int maxMessageLength();

  @Override
  void close();

  /** A publication with one receiver. */
  static FrameSink of(ExclusivePublication publication) {
    return new FrameSink() {
      @Override
      public long offer(DirectBufferVector[] headerAndPayload) {
        return publication.offer(headerAndPayload);
      }

      @Override
      public int maxFrameLength() {
        return publication.maxPayloadLength();
      }

      @Override
      public int maxMessageLength() {
        return publication.maxMessageLength();
      }

      @Override
      public void close() {
        publication.close();
      }
    };
  }
}
