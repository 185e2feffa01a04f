package io.troupe.actors.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A file of JSON objects, one a line, each with its {@code step}; appended to as a run goes on, and
 * cut back to a step when it is resumed from there. A line is written whole in one call.
 */
final class StepLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final FileChannel channel;

  private StepLines(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens a file, which is made if it is not there. */
  static StepLines open(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    return new StepLines(file, channel);
  }

  /** Appends one line. */
  synchronized void append(Map<String, ?> fields) throws IOException {
    ByteBuffer line =
        ByteBuffer.wrap((JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8));
    while (line.hasRemaining()) {
      channel.write(line);
    }
  }

  /** Drops every line of a later step, and a last line that was cut off by a crash. */
  synchronized void truncateAfter(long step) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
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
    channel.truncate(kept);
  }

  private static long stepOf(byte[] bytes, int start, int end) {
    try {
      JsonNode line = JSON.readTree(new String(bytes, start, end - start, StandardCharsets.UTF_8));
      return line != null && line.hasNonNull("step") ? line.get("step").asLong() : Long.MAX_VALUE;
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE; // torn by a crash: it and what follows is written again
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
