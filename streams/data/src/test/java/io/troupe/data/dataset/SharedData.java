package io.troupe.data.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Locates optional datasets in {@code ../shared/data}, beside the checkout. */
public final class SharedData {
  private SharedData() {}

  /** Returns a folder. If it is missing, the test is skipped with a message. */
  public static Path require(String name) {
    Path path = Path.of("../../../shared/data").resolve(name);
    Assumptions.assumeTrue(Files.exists(path), () -> "skipped: there is no " + path);
    return path;
  }
}
