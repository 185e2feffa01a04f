package io.troupe.data.image;

import io.troupe.data.DataFormatException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * Checks the signature of a PNG file, and the length and checksum of each chunk. Java's decoder
 * checks none of them and returns a part of a damaged image.
 */
final class PngChunks {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final int IEND = 0x49454E44;
  private static final int OVERHEAD_BYTES = 12; // length, type and checksum

  private PngChunks() {}

  /**
   * Checks a file.
   *
   * @throws DataFormatException naming the damaged chunk
   */
  static void requireWhole(Path file, byte[] bytes) {
    ByteBuffer png = ByteBuffer.wrap(bytes);
    if (png.remaining() < Long.BYTES || png.getLong() != SIGNATURE) {
      throw new DataFormatException(file + " must be a PNG file, got other first bytes");
    }
    for (int type = 0; type != IEND; ) {
      if (png.remaining() < OVERHEAD_BYTES) {
        throw truncated(file);
      }
      int length = png.getInt();
      if (length < 0 || length > png.remaining() - Long.BYTES) {
        throw truncated(file);
      }
      CRC32 crc = new CRC32();
      crc.update(bytes, png.position(), Integer.BYTES + length);
      type = png.getInt();
      png.position(png.position() + length);
      if (png.getInt() != (int) crc.getValue()) {
        throw new DataFormatException(
            "%s is a damaged PNG file: the checksum of its chunk %s is wrong"
                .formatted(file, name(type)));
      }
    }
  }

  private static String name(int type) {
    byte[] letters = ByteBuffer.allocate(Integer.BYTES).putInt(type).array();
    return new String(letters, StandardCharsets.ISO_8859_1);
  }

  private static DataFormatException truncated(Path file) {
    return new DataFormatException(
        file + " is a truncated PNG file: it ends before its last chunk, fetch it again");
  }
}
