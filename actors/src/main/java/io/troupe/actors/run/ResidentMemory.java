package io.troupe.actors.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resident memory of this process as reported by Linux; 0 on other systems. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ResidentMemory() {}

  /** Current resident bytes. */
  public static long bytes() {
    return read("VmRSS:");
  }

  /** Peak resident bytes. */
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
          return Long.parseLong(line.replaceAll("\\D", "")) << 10; // the file has kB
        }
      }
    } catch (IOException e) {
      return 0; // the system does not report it
    }
    return 0;
  }
}
