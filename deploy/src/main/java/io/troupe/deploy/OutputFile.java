package io.troupe.deploy;

import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command will write, looked at before the work is done: that takes its time. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Refuses a place where no file can be written.
   *
   * @param option that names it
   * @return the file
   * @throws IllegalArgumentException in one line that says why
   */
  static Path requireWritable(String option, Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || Files.isDirectory(file)) {
      throw refused(option, file, "is a folder: name a file");
    }
    if (!Files.isDirectory(folder)) {
      throw refused(option, file, "there is no such folder to write into");
    }
    if (!Files.isWritable(Files.exists(file) ? file : folder)) {
      throw refused(option, file, "permission denied: choose another place");
    }
    return file;
  }

  private static IllegalArgumentException refused(String option, Path file, String why) {
    return new IllegalArgumentException(option + "=" + file + ": " + why);
  }
}
