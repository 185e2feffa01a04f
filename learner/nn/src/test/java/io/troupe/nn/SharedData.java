package io.troupe.nn;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Locates optional datasets and models in {@code ../shared/data}, beside the checkout. */
public final class SharedData {
  private SharedData() {}

  /**
   * Returns a file or folder, such as {@code stories260K}. If it is missing, the test is skipped
   * with a message.
   */
  public static Path require(String name) {
    Path path = Checkout.root().resolveSibling("shared").resolve("data").resolve(name);
    Assumptions.assumeTrue(Files.exists(path), () -> "skipped: there is no " + path);
    return path;
  }
}
