package io.troupe.streams.driver;

import io.aeron.CommonContext;
import io.aeron.exceptions.DriverTimeoutException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of embedded drivers: in memory if the system has a memory file system, and named
 * by purpose, process and time.
 */
final class DriverFolders {
  private static final Logger LOG = LoggerFactory.getLogger(DriverFolders.class);
  private static final int ACTIVITY_LIMIT_MS = 10_000;

  private DriverFolders() {}

  /**
   * Names a new directory. Those of killed processes with the same prefix are removed on another
   * thread, which waits to see whether a driver is active.
   */
  static Path next(String prefix) {
    Path parent = parent();
    Thread.ofPlatform()
        .daemon()
        .name("troupe-driver-folders")
        .start(() -> removeOrphans(parent, prefix, ACTIVITY_LIMIT_MS));
    return parent.resolve(prefix + ProcessHandle.current().pid() + "-" + nextName());
  }

  private static synchronized String nextName() {
    return Long.toString(System.nanoTime(), 36);
  }

  private static Path parent() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Removes the directories of drivers that were not active within a time. */
  static void removeOrphans(Path parent, String prefix, long activityLimitMs) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, prefix + "*")) {
      for (Path folder : folders) {
        removeIfOrphan(folder, prefix, activityLimitMs);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("directories of killed runs in {} cannot be removed", parent, e);
    }
  }

  private static void removeIfOrphan(Path folder, String prefix, long activityLimitMs) {
    try {
      if (isOfEndedProcess(folder, prefix) && !isActive(folder, activityLimitMs)) {
        IoUtil.delete(folder.toFile(), true);
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} cannot be removed", folder, e);
    }
  }

  /** Whether a directory belongs to this user, and to a process that is not there. */
  private static boolean isOfEndedProcess(Path folder, String prefix) throws IOException {
    String pid = folder.getFileName().toString().substring(prefix.length()).split("-")[0];
    return Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
        && pid.matches("\\d{1,9}")
        && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }

  /** The process may be one of another container. */
  private static boolean isActive(Path folder, long activityLimitMs) {
    try {
      return CommonContext.isDriverActive(folder.toFile(), activityLimitMs, _ -> {});
    } catch (DriverTimeoutException _) {
      return false; // it was killed while its driver started
    }
  }
}
