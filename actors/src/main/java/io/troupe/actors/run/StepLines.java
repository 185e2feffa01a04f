package io.troupe.actors.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.data.json.FiniteJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A JSON Lines file whose objects have a {@code step}. Lines are appended during a run, each in one
 * write, and truncated to a step when the run is resumed from there. An interrupt does not close
 * the file, unlike that of a channel: the next attempt continues to write it.
 */
final class StepLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final RandomAccessFile file;

  private StepLines(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /** Opens a file, and creates it if it does not exist. */
  static StepLines open(Path path) throws IOException {
    return new StepLines(path, new RandomAccessFile(path.toFile(), "rw"));
  }

  /** Appends one line. */
  synchronized void append(Map<String, ?> fields) throws IOException {
    file.seek(file.length());
    file.write((FiniteJson.line(fields) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Removes the lines of later steps, and a last line that a crash has cut off. */
  synchronized void truncateAfter(long step) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    int kept = 0;
    for (int start = 0; start < bytes.length; ) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      if (end == bytes.length || stepOf(bytes, start, end) > step) {
        break;
      }
      start = end + 1;
      kept = start;
    }
    file.setLength(kept);
  }

  private static long stepOf(byte[] bytes, int start, int end) {
    try {
      JsonNode line = JSON.readTree(new String(bytes, start, end - start, StandardCharsets.UTF_8));
      return line != null && line.hasNonNull("step") ? line.get("step").asLong() : Long.MAX_VALUE;
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE; // damaged by a crash: this line and the ones after it are rewritten
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
