package io.troupe.streams.weights;

import io.aeron.DirectBufferVector;
import io.aeron.ExclusivePublication;

/** The receiver of frames: an Aeron publication, or a test that damages frames. */
interface FrameSink extends AutoCloseable {
  /** Offers a frame without waiting; returns the new position or one of Aeron's result codes. */
  long offer(DirectBufferVector[] headerAndPayload);

  /** Maximum size of a frame that is sent in one fragment, header included. */
  int maxFrameLength();

  /** Maximum size of any frame, header included; the receiver reassembles fragments. */
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
