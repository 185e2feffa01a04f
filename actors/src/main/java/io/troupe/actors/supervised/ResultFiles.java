package io.troupe.actors.supervised;

import java.io.IOException;
import java.nio.file.Path;

/** Further files that a run writes beside the resulting weights. */
@FunctionalInterface
interface ResultFiles {
  /** No files. */
  ResultFiles NONE = _ -> {};

  /**
   * Writes the files.
   *
   * @throws IOException if one cannot be written
   */
  void write(Path folder) throws IOException;
}
