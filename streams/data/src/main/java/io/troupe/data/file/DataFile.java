package io.troupe.data.file;

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

/** Opens data files, plain or compressed with gzip, and limits the memory that they take. */
public final class DataFile {
  private static final int BUFFER_BYTES = 1 << 16;

  /** The highest compression ratio of deflate. */
  private static final long MAX_DEFLATE_RATIO = 1032;

  private DataFile() {}

  /** Reads the content of a file. */
  @FunctionalInterface
  public interface Reading<T> {
    /** Reads from the unpacked content. */
    T read(InputStream in) throws IOException;
  }

  /**
   * Reads a file; a name that ends in {@code .gz} is unpacked.
   *
   * @throws DataFormatException if the file is missing, or cannot be read or unpacked
   */
  public static <T> T read(Path file, Reading<T> reading) {
    try (InputStream in = open(file)) {
      return reading.read(in);
    } catch (NoSuchFileException e) {
      throw new DataFormatException("file " + file + " must exist", e);
    } catch (IOException e) {
      throw new DataFormatException(
          "cannot read " + file + ": " + (e.getMessage() == null ? e : e.getMessage()), e);
    }
  }

  /** Opens a file; a name that ends in {@code .gz} is unpacked. The caller closes the stream. */
  static InputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
    if (!isPacked(file)) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, BUFFER_BYTES);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /** Returns whether the name ends in {@code .gz}. */
  public static boolean isPacked(Path file) {
    return lowerName(file).endsWith(".gz");
  }

  /** The file name in lower case. */
  public static String lowerName(Path file) {
    return String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
  }

  /** The file name in lower case, without {@code .gz}. */
  public static String unpackedName(Path file) {
    String name = lowerName(file);
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  /** An upper bound of the size of a file's unpacked content. */
  public static long maxUnpackedBytes(Path file) throws IOException {
    return isPacked(file)
        ? Math.multiplyExact(Files.size(file), MAX_DEFLATE_RATIO)
        : Files.size(file);
  }

  /**
   * Checks that the data of a file takes at most half of the JVM's memory.
   *
   * @param bytes memory that the data takes
   * @throws DataFormatException if it takes more
   */
  public static void requireMemory(Path file, long bytes) {
    long limit = maxMemoryBytes();
    if (bytes < 0 || bytes > limit) {
      throw new DataFormatException(
          "%s must take at most %,d bytes of memory, got %,d; split the file or increase -Xmx"
              .formatted(file, limit, bytes));
    }
  }

  /** The maximum memory for the data of one file. */
  public static long maxMemoryBytes() {
    return Math.min(Runtime.getRuntime().maxMemory() / 2, Integer.MAX_VALUE - 64L);
  }

  /**
   * Reads the whole content.
   *
   * @param memoryPerByte memory that one byte of the file takes after decoding
   * @throws DataFormatException if it takes more than {@link #maxMemoryBytes}
   */
  public static byte[] readAll(Path file, InputStream in, int memoryPerByte) throws IOException {
    int limit = (int) (maxMemoryBytes() / memoryPerByte);
    byte[] bytes = in.readNBytes(limit);
    if (bytes.length == limit && in.read() >= 0) {
      throw new DataFormatException(
          "%s must have at most %,d bytes; split the file or increase -Xmx".formatted(file, limit));
    }
    return bytes;
  }

  /**
   * Reads an exact number of bytes up to the end of the content. Memory grows as bytes arrive, so
   * that a wrong size in a header does not allocate more than the file has.
   */
  public static byte[] readToEnd(Path file, InputStream in, int expected) throws IOException {
    byte[] bytes = new byte[Math.min(expected, 1 << 20)];
    int filled = 0;
    while (filled < expected) {
      if (filled == bytes.length) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(expected, 2L * bytes.length));
      }
      int read = in.read(bytes, filled, bytes.length - filled);
      if (read < 0) {
        throw new DataFormatException(
            "%s must have the %,d bytes of its header, got %,d; it is truncated, fetch it again"
                .formatted(file, expected, filled));
      }
      filled += read;
    }
    if (in.read() >= 0) {
      throw new DataFormatException(
          "%s must have the %,d bytes of its header, got more; it is damaged, fetch it again"
              .formatted(file, expected));
    }
    return bytes;
  }
}
