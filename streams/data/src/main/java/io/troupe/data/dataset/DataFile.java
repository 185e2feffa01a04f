package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Opens data files, packed by gzip or not, and bounds what is read of them. */
final class DataFile {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The most that deflate packs: a file claims no more than that of its own size. */
  private static final long MOST_PACKED = 1032;

  private DataFile() {}

  /** Something that reads a file. */
  @FunctionalInterface
  interface Reading<T> {
    T read(InputStream in) throws IOException;
  }

  /**
   * Reads a file, unpacked where its name ends in {@code .gz}.
   *
   * @throws DataFormatException if it is not there, or cannot be read or unpacked
   */
  static <T> T read(Path file, Reading<T> reading) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        InputStream in = isPacked(file) ? new GZIPInputStream(raw, BUFFER_BYTES) : raw) {
      return reading.read(in);
    } catch (NoSuchFileException e) {
      throw new DataFormatException("there is no file " + file, e);
    } catch (IOException e) {
      throw new DataFormatException(
          "cannot read " + file + ": " + (e.getMessage() == null ? e : e.getMessage()), e);
    }
  }

  static boolean isPacked(Path file) {
    return lowerName(file).endsWith(".gz");
  }

  /** The name in lower case. */
  static String lowerName(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** The name in lower case, without {@code .gz}. */
  static String unpackedName(Path file) {
    String name = lowerName(file);
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  /** The most bytes that a file can hold when it is unpacked. */
  static long mostBytes(Path file) throws IOException {
    return isPacked(file) ? Math.multiplyExact(Files.size(file), MOST_PACKED) : Files.size(file);
  }

  /**
   * Refuses data that takes more than half of the memory that there is.
   *
   * @param bytes that it will take
   */
  static void requireMemory(Path file, long bytes) {
    long most = mostKept();
    if (bytes < 0 || bytes > most) {
      throw new DataFormatException(
          "%s holds %,d bytes of examples, more than the %,d that are kept of one file: split it, or give the JVM more memory"
              .formatted(file, bytes, most));
    }
  }

  /** The most bytes of one file that are kept. */
  static long mostKept() {
    return Math.min(Runtime.getRuntime().maxMemory() / 2, Integer.MAX_VALUE - 64L);
  }

  /**
   * Reads all there is.
   *
   * @param bytesPerByte memory that a byte of the file will take
   * @throws DataFormatException if it will take more than is kept
   */
  static byte[] readAll(Path file, InputStream in, int bytesPerByte) throws IOException {
    int most = (int) (mostKept() / bytesPerByte);
    byte[] bytes = in.readNBytes(most);
    if (bytes.length == most && in.read() >= 0) {
      throw new DataFormatException(
          "%s holds more than %,d bytes, too many to be kept: split it, or give the JVM more memory"
              .formatted(file, most));
    }
    return bytes;
  }

  /**
   * Reads exactly so many bytes to the end. Memory is taken as they arrive, so that a header that
   * promises much takes no more than the file gives.
   */
  static byte[] readToEnd(Path file, InputStream in, int expected) throws IOException {
    byte[] bytes = new byte[Math.min(expected, 1 << 20)];
    int filled = 0;
    while (filled < expected) {
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(expected, 2L * bytes.length));
      }
      int read = in.read(bytes, filled, bytes.length - filled);
      if (read < 0) {
        throw new DataFormatException(
            "%s ends after %,d of the %,d bytes that its header promises: it is truncated, fetch it again"
                .formatted(file, filled, expected));
      }
      filled += read;
    }
    if (in.read() >= 0) {
      throw new DataFormatException(
          "%s goes on after the %,d bytes that its header promises: it is damaged, fetch it again"
              .formatted(file, expected));
    }
    return bytes;
  }
}
