package io.troupe.protocols.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * One frame of a weight transfer, little-endian.
 *
 * <pre>
 *  0  int    magic "TRWF"
 *  4  short  layout version, 1
 *  6  short  kind: 1 manifest, 2 chunk
 *  8  long   policy version, 0 or more
 * 16  long   hash of the manifest
 * 24  int    tensor index (0 in a manifest)
 * 28  int    payload length in bytes
 * 32  long   offset in the tensor, in bytes
 * 40  long   total bytes of all tensors of this version
 * 48  long   sequence number of the frame in its version; the manifest is 0
 * 56  int    CRC-32C of bytes 0 to 55 and the payload
 * 60  int    0, reserved
 * 64  payload
 * </pre>
 *
 * Changing the layout takes two steps: first read both versions, later write the new one.
 *
 * @param kind kind of the payload
 * @param policyVersion version of the weights
 * @param manifestHash the value of {@link WeightManifest#hash()}
 * @param tensorIndex index of the tensor in the manifest
 * @param offsetBytes offset of the payload in the tensor
 * @param totalBytes size of all tensors of this version
 * @param sequence sequence number of the frame in its version
 * @param payloadLength size of the payload, which follows the header
 */
public record WeightFrame(
    Kind kind,
    long policyVersion,
    long manifestHash,
    int tensorIndex,
    long offsetBytes,
    long totalBytes,
    long sequence,
    int payloadLength) {

  /** The kind of a payload. */
  public enum Kind {
    /** The list of tensors. */
    MANIFEST,
    /** A part of one tensor. */
    CHUNK
  }

  /** Size of the header in bytes. */
  public static final int HEADER_LENGTH = 64;

  private static final int MAGIC = 0x46575254; // "TRWF"
  private static final short LAYOUT = 1;
  private static final int CRC_OFFSET = 56;

  /** Checks the ranges. */
  public WeightFrame {
    if (policyVersion < 0
        || tensorIndex < 0
        || tensorIndex >= WeightManifest.MAX_TENSORS
        || offsetBytes < 0
        || totalBytes < 0
        || sequence < 0
        || payloadLength < 0) {
      throw new FrameFormatException(
          ("frame of version %d has a value out of bounds: tensor %d, offset %d, %d of %d bytes,"
                  + " sequence %d")
              .formatted(
                  policyVersion, tensorIndex, offsetBytes, payloadLength, totalBytes, sequence));
    }
  }

  /**
   * Writes the header, with the checksum of header and payload.
   *
   * @param header at least {@link #HEADER_LENGTH} bytes
   * @param payload {@link #payloadLength} bytes remain in it; its position does not move
   */
  public void encode(MutableDirectBuffer header, ByteBuffer payload) {
    if (payload.remaining() != payloadLength) {
      throw new IllegalArgumentException(
          "payload must have %d bytes, got %d".formatted(payloadLength, payload.remaining()));
    }
    header.putInt(0, MAGIC, ByteOrder.LITTLE_ENDIAN);
    header.putShort(4, LAYOUT, ByteOrder.LITTLE_ENDIAN);
    header.putShort(6, (short) (kind.ordinal() + 1), ByteOrder.LITTLE_ENDIAN);
    header.putLong(8, policyVersion, ByteOrder.LITTLE_ENDIAN);
    header.putLong(16, manifestHash, ByteOrder.LITTLE_ENDIAN);
    header.putInt(24, tensorIndex, ByteOrder.LITTLE_ENDIAN);
    header.putInt(28, payloadLength, ByteOrder.LITTLE_ENDIAN);
    header.putLong(32, offsetBytes, ByteOrder.LITTLE_ENDIAN);
    header.putLong(40, totalBytes, ByteOrder.LITTLE_ENDIAN);
    header.putLong(48, sequence, ByteOrder.LITTLE_ENDIAN);
    CRC32C crc = new CRC32C();
    update(crc, header, 0, CRC_OFFSET);
    crc.update(payload.duplicate());
    header.putInt(CRC_OFFSET, (int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
    header.putInt(60, 0, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads and checks a frame; its payload starts at {@code offset + HEADER_LENGTH}.
   *
   * @throws FrameFormatException if it is too short, of another layout, out of range, or its
   *     checksum is wrong
   */
  public static WeightFrame decode(DirectBuffer buffer, int offset, int length) {
    if (length < HEADER_LENGTH) {
      throw new FrameFormatException(
          "frame must have at least the " + HEADER_LENGTH + " bytes of its header, got " + length);
    }
    int magic = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
    short layout = buffer.getShort(offset + 4, ByteOrder.LITTLE_ENDIAN);
    if (magic != MAGIC || layout != LAYOUT) {
      throw new FrameFormatException(
          "frame must have magic %08x and layout %d, got magic %08x and layout %d"
              .formatted(MAGIC, LAYOUT, magic, layout));
    }
    int payloadLength = buffer.getInt(offset + 28, ByteOrder.LITTLE_ENDIAN);
    if (payloadLength != length - HEADER_LENGTH) {
      throw new FrameFormatException(
          "payload of a frame must have "
              + (length - HEADER_LENGTH)
              + " bytes, got "
              + payloadLength);
    }
    requireChecksum(buffer, offset, payloadLength);
    int kind = buffer.getShort(offset + 6, ByteOrder.LITTLE_ENDIAN);
    if (kind < 1 || kind > Kind.values().length) {
      throw new FrameFormatException(
          "kind of a frame must be from 1 to " + Kind.values().length + ", got " + kind);
    }
    return new WeightFrame(
        Kind.values()[kind - 1],
        buffer.getLong(offset + 8, ByteOrder.LITTLE_ENDIAN),
        buffer.getLong(offset + 16, ByteOrder.LITTLE_ENDIAN),
        buffer.getInt(offset + 24, ByteOrder.LITTLE_ENDIAN),
        buffer.getLong(offset + 32, ByteOrder.LITTLE_ENDIAN),
        buffer.getLong(offset + 40, ByteOrder.LITTLE_ENDIAN),
        buffer.getLong(offset + 48, ByteOrder.LITTLE_ENDIAN),
        payloadLength);
  }

  private static void requireChecksum(DirectBuffer buffer, int offset, int payloadLength) {
    CRC32C crc = new CRC32C();
    update(crc, buffer, offset, CRC_OFFSET);
    update(crc, buffer, offset + HEADER_LENGTH, payloadLength);
    int expected = buffer.getInt(offset + CRC_OFFSET, ByteOrder.LITTLE_ENDIAN);
    if ((int) crc.getValue() != expected) {
      throw new FrameFormatException(
          "checksum of a frame must be %08x, got %08x; it was damaged in transit"
              .formatted((int) crc.getValue(), expected));
    }
  }

  private static void update(CRC32C crc, DirectBuffer buffer, int offset, int length) {
    if (buffer.byteArray() != null) {
      crc.update(buffer.byteArray(), buffer.wrapAdjustment() + offset, length);
    } else if (buffer.byteBuffer() != null) {
      int start = buffer.wrapAdjustment() + offset;
      crc.update(buffer.byteBuffer().duplicate().limit(start + length).position(start));
    } else {
      byte[] copy = new byte[length];
      buffer.getBytes(offset, copy);
      crc.update(copy);
    }
  }
}
