package io.troupe.deploy;

import java.nio.file.Files;
import java.nio.file.Path;

/** Checks that an output file can be written, before the work that produces it. */
final class OutputFile {
  private OutputFile() {}

  /**
   * Rejects a path at which no file can be written.
   *
   * @param option that names it
   * @return the file
   * @throws IllegalArgumentException with the reason
   */
  static Path requireWritable(String option, Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || Files.isDirectory(file)) {
      throw rejected(option, "a file", file, "it is a directory");
    }
    if (!Files.isDirectory(parent)) {
      throw rejected(option, "in an existing directory", file, "create " + parent);
    }
    if (!Files.isWritable(Files.exists(file) ? file : parent)) {
      throw rejected(option, "writable", file, "permission denied");
    }
    return file;
  }

  private static IllegalArgumentException rejected(
      String option, String expectation, Path file, String advice) {
    return new IllegalArgumentException(
        option + " must be " + expectation + ", got " + file + "; " + advice);
  }
}
