package io.troupe.streams.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DriverFoldersTest {
  private static final String PREFIX = "troupe-test-";
  private static final long NO_PROCESS = 999_999_999;
  private static final long LIMIT_MS = 50;

  @TempDir private Path parent;

  @Test
  void theDirectoryOfAProcessThatWasKilledWhileItsDriverStartedIsRemoved() throws IOException {
    Path first = started(NO_PROCESS, "a");
    Path second = started(NO_PROCESS, "b");
    DriverFolders.removeOrphans(parent, PREFIX, LIMIT_MS);
    assertThat(first).doesNotExist();
    assertThat(second).doesNotExist();
  }

  @Test
  void theDirectoryOfARunningProcessIsKept() throws IOException {
    Path folder = started(ProcessHandle.current().pid(), "a");
    DriverFolders.removeOrphans(parent, PREFIX, LIMIT_MS);
    assertThat(folder).exists();
  }

  @Test
  void aDirectoryThatIsNotOfADriverIsKept() throws IOException {
    Path folder = Files.createDirectory(parent.resolve(PREFIX + "notes"));
    DriverFolders.removeOrphans(parent, PREFIX, LIMIT_MS);
    assertThat(folder).exists();
  }

  /** A directory as a driver leaves it that has just created its file. */
  private Path started(long pid, String name) throws IOException {
    Path folder = Files.createDirectory(parent.resolve(PREFIX + pid + "-" + name));
    Files.write(folder.resolve("cnc.dat"), new byte[4096]);
    return folder;
  }
}
