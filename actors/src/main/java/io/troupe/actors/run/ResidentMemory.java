package io.troupe.actors.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory that this process holds, as Linux says; 0 where the system does not. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Bytes held now. */
  public static long bytes() {
    return read("VmRSS:");
  }

  /** The most bytes that were held at once. */
  public static long peakBytes() {
    return read("VmHWM:");
  }

  private static long read(String key) {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(key)) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10; // the file says kB
        }
      }
    } catch (IOException e) {
      return 0; // a metric that the system does not give
    }
    return 0;
  }
}
