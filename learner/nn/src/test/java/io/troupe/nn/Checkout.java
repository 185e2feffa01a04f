package io.troupe.nn;

import java.nio.file.Files;
import java.nio.file.Path;

/** Locates the repository under test. */
final class Checkout {
  private Checkout() {}

  /** The root folder: the outermost parent folder that contains a {@code pom.xml}. */
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
