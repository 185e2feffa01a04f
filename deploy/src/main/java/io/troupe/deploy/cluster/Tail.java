package io.troupe.deploy.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** Passes on the lines that are appended to a file. The caller must close it. */
public final class Tail implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private final Thread thread;

  private Tail(Thread thread) {
    this.thread = thread;
  }

  /** Follows a file from its current end, or from its start if it does not exist yet. */
  public static Tail follow(Path file, Consumer<String> lines) throws IOException {
    long start = Files.exists(file) ? Files.size(file) : 0;
    return new Tail(
        Thread.ofPlatform()
            .daemon()
            .name("troupe-tail")
            .start(
                () -> {
                  try {
                    read(file, start, lines);
                  } catch (IOException e) {
                    lines.accept(file + " cannot be followed: " + e.getMessage());
                  } catch (InterruptedException _) {
                    // closed
                  }
                }));
  }

  private static void read(Path file, long start, Consumer<String> lines)
      throws IOException, InterruptedException {
    StringBuilder line = new StringBuilder();
    long position = start;
    while (true) {
      boolean stops = false;
      try {
        Thread.sleep(INTERVAL);
      } catch (InterruptedException e) {
        stops = true; // after what is there already
      }
      try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
        in.seek(position);
        byte[] bytes = new byte[(int) Math.min(1 << 20, in.length() - position)];
        in.readFully(bytes);
        position += bytes.length;
        line.append(new String(bytes, StandardCharsets.UTF_8));
      }
      for (int end = line.indexOf("\n"); end >= 0; end = line.indexOf("\n")) {
        lines.accept(line.substring(0, end));
        line.delete(0, end + 1);
      }
      if (stops) {
        throw new InterruptedException();
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
