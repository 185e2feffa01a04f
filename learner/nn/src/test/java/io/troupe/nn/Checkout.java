package io.troupe.nn;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the repository that is being tested lies. */
final class Checkout {
  private Checkout() {}

  /** The folder of the repository: the outermost one above with a {@code pom.xml}. */
  static Path root() {
    Path found = Path.of("").toAbsolutePath();
    for (Path folder = found; folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("pom.xml"))) {
        found = folder;
      }
    }
    return found;
  }
}
