package io.troupe.nn.checkpoint;

import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Map;

/**
 * A safetensors file, mapped into memory. The size of the header is limited, and every entry is
 * checked before anything is mapped. The caller must close it; closing twice has no effect.
 */
public final class SafetensorsFile implements AutoCloseable {
  /** The maximum size of a header, as in the reference implementation. */
  public static final long MAX_HEADER_BYTES = 100_000_000;

  private final Path path;
  private final SafetensorsHeader header;
  private final Arena arena;
  private final MemorySegment data;
  private boolean closed;

  private SafetensorsFile(Path path, SafetensorsHeader header, Arena arena, MemorySegment data) {
    this.path = path;
    this.header = header;
    this.arena = arena;
    this.data = data;
  }

  /**
   * Opens a file.
   *
   * @throws CheckpointFormatException if there is no such file or it is not a valid one
   */
  public static SafetensorsFile open(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long fileBytes = channel.size();
      int headerBytes = headerBytes(path, channel, fileBytes);
      ByteBuffer text = ByteBuffer.allocate(headerBytes);
      readFully(channel, text, 8);
      long dataBytes = fileBytes - 8 - headerBytes;
      SafetensorsHeader header = SafetensorsHeader.parse(path, text.array(), dataBytes);
      Arena arena = Arena.ofShared();
      try {
        MemorySegment data =
            channel.map(FileChannel.MapMode.READ_ONLY, 8L + headerBytes, dataBytes, arena);
        return new SafetensorsFile(path, header, arena, data);
      } catch (IOException | RuntimeException e) {
        arena.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new CheckpointFormatException("file " + path + " must exist", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  private static int headerBytes(Path path, FileChannel channel, long fileBytes)
      throws IOException {
    if (fileBytes < 10) {
      throw new CheckpointFormatException(
          path
              + " must have at least 10 bytes, got "
              + fileBytes
              + "; it is truncated, fetch it again");
    }
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, length, 0);
    long claimed = length.getLong(0);
    if (claimed < 2 || claimed > MAX_HEADER_BYTES || claimed > fileBytes - 8) {
      throw new CheckpointFormatException(
          path
              + " must have a header of 2 to "
              + Math.min(MAX_HEADER_BYTES, fileBytes - 8)
              + " bytes, got "
              + Long.toUnsignedString(claimed)
              + " in a file of "
              + fileBytes
              + "; it is truncated or not a safetensors file, fetch it again");
    }
    return (int) claimed;
  }

  private static void readFully(FileChannel channel, ByteBuffer target, long position)
      throws IOException {
    while (target.hasRemaining()) {
      int read = channel.read(target, position + target.position());
      if (read < 0) {
        throw new IOException("the file ended while it was read");
      }
    }
  }

  /** The tensors by name, in the order of the header. */
  public Map<String, StoredTensor> tensors() {
    return Collections.unmodifiableMap(header.tensors());
  }

  /** The metadata, such as {@code format: pt}. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(header.metadata());
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /**
   * Overwrites a tensor with a stored one, converting its type.
   *
   * @throws CheckpointFormatException if there is no such tensor, or its shape is another
   */
  public void read(String name, Tensor target) {
    StoredTensor stored = require(name);
    if (!stored.shape().equals(target.shape())) {
      throw new CheckpointFormatException(
          path + ": " + name + " must have shape " + target.shape() + ", got " + stored.shape());
    }
    Elements.read(bytes(stored), stored.type(), target);
  }

  /**
   * A stored tensor in the current scope: F16 as FLOAT32, bytes as INT32, all others in their own
   * type.
   *
   * @throws CheckpointFormatException if there is no such tensor
   */
  public Tensor load(String name) {
    StoredTensor stored = require(name);
    Tensor tensor = Tensor.empty(stored.type().dtype(), stored.shape());
    Elements.read(bytes(stored), stored.type(), tensor);
    return tensor;
  }

  /**
   * Overwrites a (columns, rows) matrix with the transpose of a stored (rows, columns) one.
   *
   * @throws CheckpointFormatException if there is no such tensor, or its shape is another
   */
  public void readTransposed(String name, Tensor target) {
    StoredTensor stored = require(name);
    if (stored.shape().rank() != 2
        || target.rank() != 2
        || stored.shape().size(0) != target.size(1)
        || stored.shape().size(1) != target.size(0)) {
      throw new CheckpointFormatException(
          path
              + ": "
              + name
              + " must have the transposed shape of "
              + target.shape()
              + ", got "
              + stored.shape());
    }
    Elements.readTransposed(bytes(stored), stored.type(), target);
  }

  /** The bytes of a tensor, little-endian; valid until the file is closed. */
  public MemorySegment bytes(StoredTensor stored) {
    return data.asSlice(stored.offsetBytes(), stored.sizeBytes());
  }

  /**
   * The elements of a tensor of any type as floats, row by row.
   *
   * @throws CheckpointFormatException if there is no such tensor
   */
  public float[] floats(String name) {
    StoredTensor stored = require(name);
    return Elements.floats(bytes(stored), stored.type(), elements(stored));
  }

  /**
   * The elements of a tensor of a whole-number type, row by row.
   *
   * @throws CheckpointFormatException if there is no such tensor, it has another type or a number
   *     that does not fit 32 bits
   */
  public int[] ints(String name) {
    StoredTensor stored = require(name);
    if (stored.type().isFloating()) {
      throw new CheckpointFormatException(
          path + ": " + name + " must be I64, I32, U8 or BOOL, got " + stored.type());
    }
    try {
      return Elements.ints(bytes(stored), stored.type(), elements(stored));
    } catch (ArithmeticException e) {
      throw new CheckpointFormatException(
          path + ": " + name + " must contain numbers of at most 32 bits, got a larger one", e);
    }
  }

  private int elements(StoredTensor stored) {
    long count = stored.sizeBytes() / stored.type().sizeBytes();
    if (count > Integer.MAX_VALUE - 64) {
      throw new CheckpointFormatException(
          path + ": " + stored.name() + " is " + stored.shape() + ", more than one array holds");
    }
    return (int) count;
  }

  private StoredTensor require(String name) {
    StoredTensor stored = header.tensors().get(name);
    if (stored == null) {
      throw new CheckpointFormatException(path + " must contain tensor " + name + ", got none");
    }
    return stored;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }
}
