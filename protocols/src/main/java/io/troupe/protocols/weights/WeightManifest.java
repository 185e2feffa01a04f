package io.troupe.protocols.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The tensors of a policy in the order of transfer.
 *
 * @param tensors at least one, at most {@link #MAX_TENSORS}
 */
public record WeightManifest(List<Entry> tensors) {
  /** Maximum number of tensors in a manifest. */
  public static final int MAX_TENSORS = 100_000;

  private static final int MAX_NAME_BYTES = 1024;
  private static final int MAX_RANK = 16;

  /**
   * One tensor.
   *
   * @param name name in the state_dict
   * @param dtype element type, such as {@code FLOAT32}
   * @param sizes shape
   * @param sizeBytes size of its elements in bytes
   */
  public record Entry(String name, String dtype, List<Integer> sizes, long sizeBytes) {

    /** Checks the bounds. */
    public Entry {
      sizes = List.copyOf(sizes);
      if (sizeBytes < 0 || sizes.size() > MAX_RANK || sizes.stream().anyMatch(s -> s < 0)) {
        throw new FrameFormatException(
            "tensor "
                + name
                + " must have at most "
                + MAX_RANK
                + " sizes >= 0 and bytes >= 0, got shape "
                + sizes
                + " and "
                + sizeBytes
                + " bytes");
      }
    }
  }

  /** Checks the number of tensors. */
  public WeightManifest {
    tensors = List.copyOf(tensors);
    if (tensors.isEmpty() || tensors.size() > MAX_TENSORS) {
      throw new FrameFormatException(
          "manifest must have 1 to " + MAX_TENSORS + " tensors, got " + tensors.size());
    }
  }

  /** Size of all tensors in bytes. */
  public long totalBytes() {
    long total = 0;
    for (Entry entry : tensors) {
      total = Math.addExact(total, entry.sizeBytes());
    }
    return total;
  }

  /** Hash of names, types, shapes and order: two checksums of the encoding. */
  public long hash() {
    byte[] bytes = encode();
    CRC32C all = new CRC32C();
    all.update(bytes);
    CRC32C length = new CRC32C();
    length.update(ByteBuffer.allocate(12).putInt(bytes.length).putLong(totalBytes()).array());
    length.update(bytes, 0, bytes.length / 2);
    return all.getValue() << 32 | length.getValue();
  }

  /** The payload of a manifest frame. */
  public byte[] encode() {
    int size = 4;
    List<byte[]> names = new ArrayList<>();
    List<byte[]> types = new ArrayList<>();
    for (Entry entry : tensors) {
      byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
      byte[] type = entry.dtype().getBytes(StandardCharsets.UTF_8);
      names.add(name);
      types.add(type);
      size += 2 + name.length + 2 + type.length + 2 + 4 * entry.sizes().size() + 8;
    }
    ByteBuffer out =
        ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN).putInt(tensors.size());
    for (int i = 0; i < tensors.size(); i++) {
      Entry entry = tensors.get(i);
      out.putShort((short) names.get(i).length).put(names.get(i));
      out.putShort((short) types.get(i).length).put(types.get(i));
      out.putShort((short) entry.sizes().size());
      entry.sizes().forEach(out::putInt);
      out.putLong(entry.sizeBytes());
    }
    return out.array();
  }

  /**
   * Reads the payload of a manifest frame.
   *
   * @throws FrameFormatException if it is damaged or out of bounds
   */
  public static WeightManifest decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int count = in.remaining() < 4 ? -1 : in.getInt();
    // The smallest entry takes 14 bytes, so that the count cannot demand more memory than the
    // frame.
    if (count < 1 || count > MAX_TENSORS || count > in.remaining() / 14) {
      throw new FrameFormatException(
          "manifest of "
              + bytes.length
              + " bytes must have 1 to "
              + Math.min(MAX_TENSORS, in.remaining() / 14)
              + " tensors, got "
              + count);
    }
    List<Entry> tensors = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tensors.add(entry(in));
    }
    if (in.hasRemaining()) {
      throw new FrameFormatException(
          "manifest must have no bytes after its last tensor, got " + in.remaining());
    }
    return new WeightManifest(tensors);
  }

  private static Entry entry(ByteBuffer in) {
    String name = text(in);
    String dtype = text(in);
    int rank = require(in, 2).getShort();
    if (rank < 0 || rank > MAX_RANK) {
      throw new FrameFormatException(
          "rank of tensor " + name + " must be from 0 to " + MAX_RANK + ", got " + rank);
    }
    require(in, 4 * rank + 8);
    List<Integer> sizes = new ArrayList<>(rank);
    for (int i = 0; i < rank; i++) {
      sizes.add(in.getInt());
    }
    return new Entry(name, dtype, sizes, in.getLong());
  }

  private static String text(ByteBuffer in) {
    int length = require(in, 2).getShort();
    if (length < 0 || length > MAX_NAME_BYTES) {
      throw new FrameFormatException(
          "length of a name in the manifest must be from 0 to "
              + MAX_NAME_BYTES
              + ", got "
              + length);
    }
    byte[] bytes = new byte[length];
    require(in, length).get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ByteBuffer require(ByteBuffer in, int bytes) {
    if (in.remaining() < bytes) {
      throw new FrameFormatException(
          "manifest must have " + bytes + " more bytes, got " + in.remaining());
    }
    return in;
  }
}
