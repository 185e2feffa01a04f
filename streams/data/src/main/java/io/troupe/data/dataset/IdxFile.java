package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of bytes in the idx format, in which MNIST is published: two zero bytes, the type (8,
 * unsigned bytes), the number of dimensions, their sizes as big-endian integers, and the bytes.
 *
 * @param file path of the file
 * @param sizes of the dimensions, the first of which counts the examples
 * @param values the bytes of all examples
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
record IdxFile(Path file, List<Integer> sizes, byte[] values) {
  private static final int UNSIGNED_BYTE = 0x08;
  private static final int MAX_DIMENSIONS = 4;

  /**
   * Reads a file.
   *
   * @throws DataFormatException if it is not an idx file of unsigned bytes, or is truncated
   */
  static IdxFile read(Path file) {
    return DataFile.read(file, in -> read(file, in));
  }

  private static IdxFile read(Path file, InputStream in) throws IOException {
    List<Integer> sizes = new ArrayList<>();
    long bytes = 1;
    try {
      DataInputStream header = new DataInputStream(in);
      int magic = header.readInt();
      int dimensions = magic & 0xFF;
      if (magic >>> 8 != UNSIGNED_BYTE || dimensions < 1 || dimensions > MAX_DIMENSIONS) {
        throw new DataFormatException(
            "%s: the magic number must be that of an idx file of bytes (0x00000801 to 0x00000804), got 0x%08X"
                .formatted(file, magic));
      }
      for (int d = 0; d < dimensions; d++) {
        int size = header.readInt();
        if (size < 1) {
          throw new DataFormatException(
              "%s: the size of dimension %d must be >= 1, got %d; the file is damaged"
                  .formatted(file, d, size));
        }
        sizes.add(size);
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (EOFException e) {
      throw new DataFormatException(file + " is too short for an idx file: fetch it again", e);
    } catch (ArithmeticException e) {
      throw new DataFormatException(
          file
              + " must have fewer than 2^63 bytes, got the sizes "
              + ExampleSpec.shape(sizes)
              + " and more; it is damaged",
          e);
    }
    requireThere(file, sizes, bytes);
    return new IdxFile(file, sizes, DataFile.readToEnd(file, in, (int) bytes));
  }

  private static void requireThere(Path file, List<Integer> sizes, long bytes) throws IOException {
    if (bytes > DataFile.maxUnpackedBytes(file)) {
      throw new DataFormatException(
          "%s must have the %s bytes of its header, got fewer; it is truncated or damaged, fetch it again"
              .formatted(file, ExampleSpec.shape(sizes)));
    }
    DataFile.requireMemory(file, bytes);
  }

  int numExamples() {
    return sizes.get(0);
  }

  /** The sizes of one example. */
  List<Integer> exampleSizes() {
    return sizes.subList(1, sizes.size());
  }
}
