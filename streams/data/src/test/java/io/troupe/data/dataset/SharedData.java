package io.troupe.data.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the real data that may lie beside the checkout, in {@code ../shared/data}. */
public final class SharedData {
  private SharedData() {}

  /** A folder of it; a test that asks for one that is missing is skipped and says so. */
  public static Path require(String name) {
    Path path = Path.of("../../../shared/data").resolve(name);
    Assumptions.assumeTrue(Files.exists(path), () -> "skipped: there is no " + path);
    return path;
  }
}
