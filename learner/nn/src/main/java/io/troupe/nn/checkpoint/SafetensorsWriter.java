package io.troupe.nn.checkpoint;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Writes safetensors files. A file is written under a temporary name, synchronized to disk and
 * renamed, so that a partial file never appears.
 */
public final class SafetensorsWriter {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final int CHUNK_BYTES = 1 << 22;

  private SafetensorsWriter() {}

  /** Writes tensors without conversion, in the order of the map. */
  public static void write(Path path, Map<String, io.troupe.tensor.Tensor> tensors)
      throws IOException {
    write(
        path,
        tensors.entrySet().stream()
            .map(entry -> TensorToWrite.of(entry.getKey(), entry.getValue()))
            .toList(),
        Map.of("format", "pt"));
  }

  /**
   * Writes tensors in the given order.
   *
   * @param metadata texts for the header's {@code __metadata__}; transformers requires {@code
   *     format: pt}
   * @throws IOException if the disk is full or the folder cannot be written; nothing is left behind
   */
  public static void write(
      Path path, Collection<TensorToWrite> tensors, Map<String, String> metadata)
      throws IOException {
    byte[] header = header(tensors, metadata);
    WholeFile.write(
        path,
        channel -> {
          ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
          WholeFile.writeFully(channel, length.putLong(0, header.length));
          WholeFile.writeFully(channel, ByteBuffer.wrap(header));
          try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK_BYTES, 8);
            for (TensorToWrite tensor : tensors) {
              writeElements(channel, tensor, chunk);
            }
          }
        });
  }

  private static byte[] header(Collection<TensorToWrite> tensors, Map<String, String> metadata) {
    ObjectNode header = MAPPER.createObjectNode();
    if (!metadata.isEmpty()) {
      metadata.forEach(header.putObject("__metadata__")::put);
    }
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (TensorToWrite tensor : tensors) {
      if (tensor.name().equals("__metadata__") || !names.add(tensor.name())) {
        throw new IllegalArgumentException(
            "a tensor cannot be named " + tensor.name() + ": the name is taken");
      }
      ObjectNode entry = header.putObject(tensor.name());
      entry.put("dtype", tensor.type().name());
      ArrayNode shape = entry.putArray("shape");
      Arrays.stream(tensor.storedShape().sizes()).forEach(shape::add);
      long end = Math.addExact(offset, tensor.storedBytes());
      entry.putArray("data_offsets").add(offset).add(end);
      offset = end;
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] aligned = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
    Arrays.fill(aligned, text.length, aligned.length, (byte) ' ');
    return aligned;
  }

  private static void writeElements(FileChannel channel, TensorToWrite tensor, MemorySegment chunk)
      throws IOException {
    boolean asIs = tensor.isStoredAsIs() && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    int most = CHUNK_BYTES / tensor.type().sizeBytes();
    long numel = tensor.tensor().numel();
    for (long from = 0; from < numel; from += most) {
      int count = (int) Math.min(most, numel - from);
      int bytes = count * tensor.type().sizeBytes();
      if (asIs) {
        tensor.tensor().getBytes(from * tensor.type().sizeBytes(), chunk.asSlice(0, bytes));
      } else {
        Elements.write(tensor.tensor(), tensor.transposed(), tensor.type(), from, count, chunk);
      }
      WholeFile.writeFully(channel, chunk.asSlice(0, bytes).asByteBuffer());
    }
  }
}
