package io.troupe.log.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Writes values in the form that {@link ByteReader} reads. Not thread-safe. */
public final class ByteWriter {
  private ByteBuffer out = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);

  private ByteBuffer room(long bytes) {
    if (out.remaining() < bytes) {
      long needed = Math.addExact(out.position(), bytes);
      int capacity = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * out.capacity()));
      if (needed > capacity) {
        throw new IllegalArgumentException(
            "an encoded record must have at most %d bytes, got %d".formatted(capacity, needed));
      }
      out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN).put(out.flip());
    }
    return out;
  }

  /** Writes one byte. */
  public void writeByte(int value) {
    room(1).put((byte) value);
  }

  /** Writes 4 bytes. */
  public void writeInt(int value) {
    room(4).putInt(value);
  }

  /** Writes 8 bytes. */
  public void writeLong(long value) {
    room(8).putLong(value);
  }

  /** Writes 8 bytes; every NaN is written as the same one. */
  public void writeDouble(double value) {
    writeLong(Double.doubleToLongBits(value));
  }

  /** Writes length and characters: UTF-8, or UTF-16 if it has an unpaired surrogate. */
  public void writeText(String text) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      writeInt(utf8.remaining());
      room(utf8.remaining()).put(utf8);
    } catch (CharacterCodingException e) {
      writeInt(-text.length());
      room(2L * text.length());
      text.chars().forEach(unit -> out.putChar((char) unit));
    }
  }

  /** Writes length and elements. */
  public void writeInts(int[] values) {
    writeInt(values.length);
    room(4L * values.length).asIntBuffer().put(values);
    out.position(out.position() + 4 * values.length);
  }

  /** Writes length and elements, bit for bit. */
  public void writeFloats(float[] values) {
    writeInt(values.length);
    room(4L * values.length).asFloatBuffer().put(values);
    out.position(out.position() + 4 * values.length);
  }

  /** Writes elements as runs of equal ones. */
  public void writeRuns(long[] values) {
    int runs = 0;
    for (int i = 0; i < values.length; i++) {
      runs += i == 0 || values[i] != values[i - 1] ? 1 : 0;
    }
    writeInt(values.length);
    writeInt(runs);
    for (int start = 0, i = 1; i <= values.length; i++) {
      if (i == values.length || values[i] != values[start]) {
        writeInt(i - start);
        writeLong(values[start]);
        start = i;
      }
    }
  }

  /** Writes length and bytes. */
  public void writeBytes(byte[] bytes) {
    writeInt(bytes.length);
    room(bytes.length).put(bytes);
  }

  /** Writes the number of elements and each of them. */
  public <T> void writeList(Collection<T> values, Consumer<T> writeElement) {
    writeInt(values.size());
    values.forEach(writeElement);
  }

  /** Writes texts. */
  public void writeTexts(List<String> texts) {
    writeList(texts, this::writeText);
  }

  /** Writes a map in the order of its keys. */
  public <V> void writeMap(Map<String, V> map, Consumer<V> writeValue) {
    SortedMap<String, V> sorted = new TreeMap<>(map);
    writeInt(sorted.size());
    sorted.forEach(
        (key, value) -> {
          writeText(key);
          writeValue.accept(value);
        });
  }

  /** The bytes so far. */
  public byte[] toBytes() {
    byte[] bytes = new byte[out.position()];
    out.get(0, bytes);
    return bytes;
  }
}
