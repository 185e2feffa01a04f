package io.troupe.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.lm.ConfigJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Lists the files of a checkpoint with the length and the CRC-32C of each. A truncated or corrupted
 * file is detected before anything is loaded from it.
 */
final class CheckpointManifest {
  static final String FILE = "manifest.json";

  private static final long MAX_BYTES = 1 << 20;
  private static final int CHUNK_BYTES = 1 << 20;

  private CheckpointManifest() {}

  /** Writes the list of the files in a directory. */
  static void write(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files = entries.sorted().toList();
    }
    ConfigJson manifest = ConfigJson.empty();
    ObjectNode listed = manifest.node().putObject("files");
    for (Path file : files) {
      ObjectNode entry = listed.putObject(file.getFileName().toString());
      entry.put("bytes", Files.size(file));
      entry.put("crc32c", crc32c(file));
    }
    DurableFiles.write(directory.resolve(FILE), manifest.text().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Verifies a directory against its list.
   *
   * @throws CheckpointFormatException if a file is missing or has changed
   */
  static void verify(Path directory, List<String> required) throws IOException {
    JsonNode listed = read(directory.resolve(FILE));
    for (String name : required) {
      if (!listed.has(name)) {
        throw new CheckpointFormatException(directory + " must contain " + name);
      }
    }
    for (Map.Entry<String, JsonNode> entry : listed.properties()) {
      verify(directory.resolve(entry.getKey()), entry.getValue());
    }
  }

  private static void verify(Path file, JsonNode entry) throws IOException {
    long bytes = entry.path("bytes").asLong(-1);
    if (!Files.isRegularFile(file)) {
      throw new CheckpointFormatException("file " + file + " must exist");
    }
    if (Files.size(file) != bytes) {
      throw new CheckpointFormatException(
          file + " must have " + bytes + " bytes, got " + Files.size(file));
    }
    if (crc32c(file) != entry.path("crc32c").asLong(-1)) {
      throw new CheckpointFormatException(file + " has changed since it was written");
    }
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CheckpointFormatException(file + " must have at most " + MAX_BYTES + " bytes");
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      return ConfigJson.parse(text)
          .object("files")
          .orElseThrow(
              () -> new IllegalArgumentException("files must be an object { file: ... }, got none"))
          .node();
    } catch (NoSuchFileException e) {
      throw new CheckpointFormatException("file " + file + " must exist", e);
    } catch (CheckpointFormatException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new CheckpointFormatException(file + " is not a list of files: " + e.getMessage(), e);
    }
  }

  private static long crc32c(Path file) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(chunk.clear()) >= 0) {
        checksum.update(chunk.flip());
      }
    }
    return checksum.getValue();
  }
}
