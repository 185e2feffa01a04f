package io.troupe.deploy.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory for files that nobody needs afterwards. The caller must close it, which deletes it.
 *
 * @param path of the directory
 */
public record ScratchDirectory(Path path) implements AutoCloseable {
  /**
   * Creates the directory. One that an earlier process has left is deleted first.
   *
   * @throws IOException if that fails
   */
  public static ScratchDirectory create(Path path) throws IOException {
    ScratchDirectory directory = new ScratchDirectory(path);
    directory.close();
    Files.createDirectories(path);
    return directory;
  }

  @Override
  public void close() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(path)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.deleteIfExists(file);
    }
  }
}
