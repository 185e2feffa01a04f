package io.troupe.streams.link.frame;

import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Detects damage with a CRC-32C checksum, without a key. For peers that trust the machine between
 * them; anybody else can forge frames.
 */
final class ChecksumSeal implements FrameSeal {
  private final CRC32C crc = new CRC32C();

  @Override
  public void seal(byte[] frame, long counter, byte[] payload, int length) {
    System.arraycopy(payload, 0, frame, FrameHeader.LENGTH, length);
    int end = FrameHeader.LENGTH + length;
    Arrays.fill(frame, end, end + TAG_LENGTH, (byte) 0);
    long value = checksum(frame, end);
    for (int i = 0; i < Integer.BYTES; i++) {
      frame[end + i] = (byte) (value >>> (8 * i));
    }
  }

  @Override
  public void open(byte[] frame, long counter, byte[] payload, int length)
      throws RejectedFrameException {
    int end = FrameHeader.LENGTH + length;
    long tag = 0;
    for (int i = 0; i < Integer.BYTES; i++) {
      tag |= (frame[end + i] & 0xFFL) << (8 * i);
    }
    if (tag != checksum(frame, end)) {
      throw new RejectedFrameException(Rejection.BAD_TAG);
    }
    System.arraycopy(frame, FrameHeader.LENGTH, payload, 0, length);
  }

  private long checksum(byte[] frame, int end) {
    crc.reset();
    crc.update(frame, 0, end);
    return crc.getValue();
  }
}
