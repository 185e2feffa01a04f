package io.troupe.streams.driver;

import io.aeron.CommonContext;
import java.io.IOException;
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

  /** Names a new directory, after removing those of killed processes with the same prefix. */
  static Path next(String prefix) {
    Path parent = parent();
    removeOrphans(parent, prefix);
    return parent.resolve(prefix + ProcessHandle.current().pid() + "-" + nextName());
  }

  private static synchronized String nextName() {
    return Long.toString(System.nanoTime(), 36);
  }

  private static Path parent() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  private static void removeOrphans(Path parent, String prefix) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, prefix + "*")) {
      for (Path folder : folders) {
        if (isOrphan(folder, prefix)) {
          IoUtil.delete(folder.toFile(), true);
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("directories of killed runs in {} cannot be removed", parent, e);
    }
  }

  /** Whether a directory of this user belongs to a driver whose process has ended. */
  private static boolean isOrphan(Path folder, String prefix) throws IOException {
    String pid = folder.getFileName().toString().substring(prefix.length()).split("-")[0];
    return Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
        && pid.matches("\\d{1,9}")
        && ProcessHandle.of(Long.parseLong(pid)).isEmpty()
        && !CommonContext.isDriverActive(folder.toFile(), ACTIVITY_LIMIT_MS, _ -> {});
  }
}
