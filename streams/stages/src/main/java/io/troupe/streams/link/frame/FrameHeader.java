package io.troupe.streams.link.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The header of a frame, little-endian. A message is divided into frames, in order. Its bytes are
 * the preamble (name of the sender and attributes), which the first frame contains whole, and the
 * body.
 *
 * <pre>
 *  0  int    magic "TRBL"
 *  4  short  layout version, 1
 *  6  short  kind of the message, 1 or more
 *  8  long   run
 * 16  long   sender, a hash of its name
 * 24  long   incarnation of the sender, which grows with each start
 * 32  long   random number of the sender's start
 * 40  long   receiver, a hash of its name and incarnation
 * 48  long   epoch, 0 or more
 * 56  long   message id, unique in the sender's start
 * 64  long   total bytes of the message
 * 72  long   offset of the payload in the message
 * 80  long   counter of the frame, unique in the sender's start and ascending; the nonce
 * 88  int    payload length
 * 92  int    preamble length
 * 96  payload, encrypted if the run has a key
 *     tag of 16 bytes over header and payload
 * </pre>
 *
 * Changing the layout takes two steps: first read both versions, later write the new one.
 *
 * @param kind kind of the message
 * @param runId the run
 * @param sender hash of the sender's name
 * @param incarnation incarnation of the sender
 * @param start random number of the sender's start
 * @param receiver hash of the receiver's name and incarnation
 * @param epoch epoch of the message
 * @param messageId id of the message
 * @param totalLength bytes of the message
 * @param offset offset of the payload
 * @param counter counter of the frame
 * @param payloadLength bytes of the payload
 * @param preambleLength bytes of the preamble
 */
public record FrameHeader(
    int kind,
    long runId,
    long sender,
    long incarnation,
    long start,
    long receiver,
    long epoch,
    long messageId,
    long totalLength,
    long offset,
    long counter,
    int payloadLength,
    int preambleLength) {
  /** Size of the header in bytes. */
  public static final int LENGTH = 96;

  /** Bytes of a frame besides its payload: header and tag. */
  public static final int OVERHEAD = LENGTH + FrameSeal.TAG_LENGTH;

  /** Maximum number of bytes in a frame, which is at most one datagram. */
  public static final int MAX_FRAME_LENGTH = 1 << 16;

  static final int MAGIC = 0x4C425254; // "TRBL"
  static final short LAYOUT = 1;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** Writes the header at the start of an array. */
  public void encode(byte[] frame) {
    INTS.set(frame, 0, MAGIC);
    SHORTS.set(frame, 4, LAYOUT);
    SHORTS.set(frame, 6, (short) kind);
    LONGS.set(frame, 8, runId);
    LONGS.set(frame, 16, sender);
    LONGS.set(frame, 24, incarnation);
    LONGS.set(frame, 32, start);
    LONGS.set(frame, 40, receiver);
    LONGS.set(frame, 48, epoch);
    LONGS.set(frame, 56, messageId);
    LONGS.set(frame, 64, totalLength);
    LONGS.set(frame, 72, offset);
    LONGS.set(frame, 80, counter);
    INTS.set(frame, 88, payloadLength);
    INTS.set(frame, 92, preambleLength);
  }

  /**
   * Reads a header and checks its fields; nothing is authenticated yet.
   *
   * @param frame an array that begins with the frame
   * @param length bytes of the frame
   * @throws RejectedFrameException if it is not a frame of this layout or a field is out of range
   */
  public static FrameHeader decode(byte[] frame, int length) throws RejectedFrameException {
    if (length < OVERHEAD || length > MAX_FRAME_LENGTH || length > frame.length) {
      throw new RejectedFrameException(Rejection.BAD_SIZE);
    }
    if ((int) INTS.get(frame, 0) != MAGIC) {
      throw new RejectedFrameException(Rejection.BAD_MAGIC);
    }
    if ((short) SHORTS.get(frame, 4) != LAYOUT) {
      throw new RejectedFrameException(Rejection.OTHER_LAYOUT);
    }
    FrameHeader header =
        new FrameHeader(
            (short) SHORTS.get(frame, 6),
            (long) LONGS.get(frame, 8),
            (long) LONGS.get(frame, 16),
            (long) LONGS.get(frame, 24),
            (long) LONGS.get(frame, 32),
            (long) LONGS.get(frame, 40),
            (long) LONGS.get(frame, 48),
            (long) LONGS.get(frame, 56),
            (long) LONGS.get(frame, 64),
            (long) LONGS.get(frame, 72),
            (long) LONGS.get(frame, 80),
            (int) INTS.get(frame, 88),
            (int) INTS.get(frame, 92));
    if (!header.isInRange() || header.payloadLength != length - OVERHEAD) {
      throw new RejectedFrameException(Rejection.BAD_FIELD);
    }
    return header;
  }

  private boolean isInRange() {
    boolean isStart = offset == 0;
    return kind >= 1
        && epoch >= 0
        && counter >= 0
        && offset >= 0
        && payloadLength > 0
        && preambleLength > 0
        && preambleLength <= totalLength
        && payloadLength <= totalLength - offset // both at least 0: no overflow
        && (isStart ? preambleLength <= payloadLength : offset >= preambleLength);
  }

  /** Whether the frame belongs to the same message as another one, with the same sizes. */
  public boolean continues(FrameHeader first) {
    return kind == first.kind
        && epoch == first.epoch
        && totalLength == first.totalLength
        && preambleLength == first.preambleLength;
  }
}
