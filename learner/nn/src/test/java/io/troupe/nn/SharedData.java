package io.troupe.nn;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the real data that may lie beside the checkout, in {@code ../shared/data}. */
public final class SharedData {
  private SharedData() {}

  /**
   * A file or folder of it, such as {@code stories260K}; a test that asks for one that is missing
   * is skipped and says so.
   */
  public static Path require(String name) {
    Path path = Checkout.root().resolveSibling("shared").resolve("data").resolve(name);
    Assumptions.assumeTrue(Files.exists(path), () -> "skipped: there is no " + path);
    return path;
  }
}
