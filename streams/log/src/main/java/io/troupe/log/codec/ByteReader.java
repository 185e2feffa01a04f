package io.troupe.log.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads what {@link ByteWriter} wrote. Every method throws {@link CodecException} if the bytes are
 * not a canonical encoding; lengths are checked before memory is allocated. Not thread-safe.
 */
public final class ByteReader {
  private static final int MIN_TEXT_BYTES = 4;

  private final ByteBuffer in;

  private ByteReader(ByteBuffer in) {
    this.in = in;
  }

  /**
   * Decodes a whole message.
   *
   * @param name of the message, for errors
   * @throws CodecException if the bytes are damaged, or the values are not valid, or bytes are left
   */
  public static <T> T decode(String name, byte[] bytes, Function<ByteReader, T> decoder) {
    ByteReader reader = new ByteReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    try {
      T value = decoder.apply(reader);
      if (reader.in.hasRemaining()) {
        throw new CodecException("it has " + reader.in.remaining() + " bytes after its end");
      }
      return value;
    } catch (IllegalArgumentException | NullPointerException | ArithmeticException e) {
      throw new CodecException(
          "%s of %d bytes must be valid, got an error at byte %d: %s"
              .formatted(name, bytes.length, reader.in.position(), e.getMessage()),
          e);
    }
  }

  private ByteBuffer require(long bytes) {
    if (bytes > in.remaining()) {
      throw new CodecException(bytes + " more bytes are missing, " + in.remaining() + " are left");
    }
    return in;
  }

  /** Reads one byte, from 0 to 255. */
  public int readByte() {
    return Byte.toUnsignedInt(require(1).get());
  }

  /** Reads 4 bytes. */
  public int readInt() {
    return require(4).getInt();
  }

  /** Reads 8 bytes. */
  public long readLong() {
    return require(8).getLong();
  }

  /** Reads 8 bytes. */
  public double readDouble() {
    long bits = readLong();
    double value = Double.longBitsToDouble(bits);
    if (Double.doubleToLongBits(value) != bits) {
      throw new CodecException("NaN is written in one form only");
    }
    return value;
  }

  /**
   * Reads the number of elements that follow.
   *
   * @param minBytes minimum size of one in bytes
   */
  public int readCount(int minBytes) {
    return requireCount(readInt(), minBytes);
  }

  /** Checks a number of elements that follow, of at least {@code minBytes} bytes each. */
  public int requireCount(int count, int minBytes) {
    if (count < 0 || (long) count * minBytes > in.remaining()) {
      throw new CodecException(
          "count must be from 0 to " + in.remaining() / minBytes + ", got " + count);
    }
    return count;
  }

  /** Reads text. */
  public String readText() {
    int length = readInt();
    return length >= 0 ? utf8(length) : utf16(-(long) length);
  }

  private String utf8(int length) {
    ByteBuffer bytes = require(length).slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new CodecException("text is not UTF-8", e);
    }
  }

  private String utf16(long length) {
    require(2 * length);
    char[] units = new char[(int) length];
    in.asCharBuffer().get(units);
    in.position(in.position() + 2 * units.length);
    String text = new String(units);
    if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new CodecException("text without unpaired surrogates is written as UTF-8");
    }
    return text;
  }

  /** Reads an array. */
  public int[] readInts() {
    int[] values = new int[readCount(4)];
    in.asIntBuffer().get(values);
    in.position(in.position() + 4 * values.length);
    return values;
  }

  /** Reads an array. */
  public float[] readFloats() {
    float[] values = new float[readCount(4)];
    in.asFloatBuffer().get(values);
    in.position(in.position() + 4 * values.length);
    return values;
  }

  /**
   * Reads runs of equal elements.
   *
   * @param length number of elements that there must be
   */
  public long[] readRuns(int length) {
    int total = readInt();
    int runs = readCount(12);
    if (total != length) {
      throw new CodecException("array must have " + length + " elements, got " + total);
    }
    long[] values = new long[length];
    int at = 0;
    for (int i = 0; i < runs; i++) {
      int count = readInt();
      long value = readLong();
      if (count < 1 || count > length - at || (at > 0 && values[at - 1] == value)) {
        throw new CodecException("run " + i + " of an array is not possible");
      }
      Arrays.fill(values, at, at + count, value);
      at += count;
    }
    if (at != length) {
      throw new CodecException("array must have " + length + " elements, got " + at);
    }
    return values;
  }

  /** Reads length and bytes. */
  public byte[] readBytes() {
    byte[] bytes = new byte[readCount(1)];
    in.get(bytes);
    return bytes;
  }

  /**
   * Reads a list.
   *
   * @param minBytes minimum size of an element in bytes
   */
  public <T> List<T> readList(int minBytes, Supplier<T> readElement) {
    int count = readCount(minBytes);
    List<T> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(readElement.get());
    }
    return values;
  }

  /** Reads texts. */
  public List<String> readTexts() {
    return readList(MIN_TEXT_BYTES, this::readText);
  }

  /**
   * Reads a map, whose keys must be in order.
   *
   * @param minBytes minimum size of a value in bytes
   */
  public <V> Map<String, V> readMap(int minBytes, Supplier<V> readValue) {
    int count = readCount(MIN_TEXT_BYTES + minBytes);
    Map<String, V> map = new LinkedHashMap<>();
    String previous = null;
    for (int i = 0; i < count; i++) {
      String key = readText();
      if (previous != null && previous.compareTo(key) >= 0) {
        throw new CodecException("keys of a map are not in order");
      }
      map.put(key, readValue.get());
      previous = key;
    }
    return map;
  }
}
