package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  private static final int BLUE = 0x08519C;
  private static final int CELL = 56;

  /** The color of a cell near its corner, outside its number. */
  private static int corner(BufferedImage image, int size, int row, int column) {
    int left = 16 + 60; // class names of one letter
    int top = image.getHeight() - 16 - size * CELL;
    return Pixels.at(image, left + column * CELL + 4, top + row * CELL + 4);
  }

  @Test
  void diagonalIsBlueAndOtherCellsAreRedByShareOfTheRow() {
    long[][] counts = {{10, 0, 0}, {0, 5, 5}, {9, 0, 0}};
    BufferedImage image = new ConfusionMatrix(counts, List.of("a", "b", "c")).draw();
    assertThat(corner(image, 3, 0, 0)).isEqualTo(BLUE);
    assertThat(corner(image, 3, 0, 1)).isEqualTo(0xFFFFFF);
    assertThat(corner(image, 3, 2, 0)).isEqualTo(0xCB181D);
    int half = corner(image, 3, 1, 1);
    assertThat(half).isNotEqualTo(BLUE).isNotEqualTo(0xFFFFFF);
    assertThat(half & 0xFF).isGreaterThan(half >> 16); // blue
    assertThat(corner(image, 3, 1, 2) >> 16).isGreaterThan(corner(image, 3, 1, 2) & 0xFF); // red
  }

  @Test
  void countsAreShownForFewClasses() {
    long[][] counts = {{0, 1}, {0, 1}};
    BufferedImage image = new ConfusionMatrix(counts, List.of("a", "b")).draw();
    int top = image.getHeight() - 16 - 2 * CELL;
    assertThat(Pixels.count(image, 0xFFFFFF, 76, top, CELL, CELL)).isGreaterThan(CELL * CELL - 150);
    assertThat(Pixels.count(image, 0xFFFFFF, 76 + CELL, top, CELL, CELL)).isBetween(5, 400);
  }

  @Test
  void manyClassesAndLongNamesFit() {
    BufferedImage image =
        new ConfusionMatrix(new long[1000][1000], Collections.nCopies(1000, "name")).draw();
    assertThat(image.getWidth()).isLessThan(1200);
    List<String> names = Collections.nCopies(3, "a name that is much too long for its place");
    assertThat(new ConfusionMatrix(new long[3][3], names).draw().getHeight()).isLessThan(450);
  }

  @Test
  void matricesThatAreNotSquareAreRejected() {
    assertThatThrownBy(() -> new ConfusionMatrix(new long[2][3], List.of("a", "b")))
        .hasMessageContaining("got 2 x 3 and 2 names");
    assertThatThrownBy(() -> new ConfusionMatrix(new long[2][2], List.of("a")))
        .hasMessageContaining("1 names");
    assertThatThrownBy(() -> new ConfusionMatrix(new long[0][0], List.of()))
        .hasMessageContaining("at least one class, got 0");
  }
}
