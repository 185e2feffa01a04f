package io.troupe.actors.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resident memory of this process as reported by Linux; 0 on other systems. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");

  private ResidentMemory() {}

  /** Current resident bytes. */
  public static long bytes() {
    return read("VmRSS:");
  }

  /** Peak resident bytes. */
  public static long peakBytes() {
    return read("VmHWM:");
  }

  /**
   * Sets the peak to the current resident bytes, where the system permits it.
   *
   * @return whether it did
   */
  public static boolean resetPeak() {
    try {
      Files.writeString(CLEAR_REFS, "5"); // proc(5): resets VmHWM
      return true;
    } catch (IOException e) {
      return false;
    }
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
