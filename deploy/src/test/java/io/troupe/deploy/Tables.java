package io.troupe.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** A small dataset in CSV format. */
final class Tables {
  /** Number of rows. */
  static final int ROWS = 200;

  private Tables() {}

  /** Writes random points of a square, labeled by whether they are above the diagonal. */
  static Path write(Path file) throws IOException {
    Random random = new Random(5);
    StringBuilder lines = new StringBuilder("x,y,label\n");
    for (int i = 0; i < ROWS; i++) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      lines.append(String.format(Locale.ROOT, "%.4f,%.4f,%d%n", x, y, x + y > 0 ? 1 : 0));
    }
    return Files.writeString(file, lines);
  }
}
