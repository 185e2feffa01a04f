package io.troupe.streams.link.frame;

/**
 * The protection of the frames from one sender to one receiver. Not thread-safe.
 *
 * <p>A sealed frame is {@code header, payload, tag}; the payload may be encrypted. Arrays are used
 * rather than direct memory because the JDK encrypts them 2.4 times as fast.
 */
public interface FrameSeal {
  /** Bytes of the tag that follows the payload. */
  int TAG_LENGTH = 16;

  /**
   * Seals a frame.
   *
   * @param frame the array whose first {@link FrameHeader#LENGTH} bytes are the header; payload and
   *     tag are written behind it
   * @param counter counter of the frame, which must never be sealed twice
   * @param payload the payload, from index 0
   * @param length bytes of the payload
   */
  void seal(byte[] frame, long counter, byte[] payload, int length);

  /**
   * Verifies a frame and writes its payload; the content of {@code payload} is undefined if the
   * frame is rejected.
   *
   * @param frame header, payload and tag
   * @param counter counter of the frame
   * @param payload receives the payload from index 0
   * @param length bytes of the payload
   * @throws RejectedFrameException with {@link Rejection#BAD_TAG} if it is not authentic
   */
  void open(byte[] frame, long counter, byte[] payload, int length) throws RejectedFrameException;
}
