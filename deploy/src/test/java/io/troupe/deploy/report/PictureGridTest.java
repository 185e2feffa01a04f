package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureGridTest {
  @TempDir private Path folder;

  @Test
  void pixelsAreEnlargedWithoutInterpolation() {
    PictureGrid grid = new PictureGrid("", 2, 1, 2, 2);
    BufferedImage image =
        grid.add(new float[] {0, 0.2f, 0.4f, 1, 1, 1, 0, -3, 0, 0, 0, 9}, List.of()).draw();
    assertThat(image.getWidth()).isEqualTo(12 + 64 + 6 + 64 + 12);
    assertThat(image.getHeight()).isEqualTo(12 + 64 + 6 + 64 + 12);
    assertThat(Pixels.count(image, 0x000000, 12, 12, 32, 32)).isEqualTo(32 * 32);
    assertThat(Pixels.count(image, 0x333333, 44, 12, 32, 32)).isEqualTo(32 * 32);
    assertThat(Pixels.count(image, 0x666666, 12, 44, 32, 32)).isEqualTo(32 * 32);
    assertThat(Pixels.at(image, 82, 12)).isEqualTo(0xFFFFFF);
    assertThat(Pixels.at(image, 82 + 32, 12 + 32)).isEqualTo(0x000000); // -3 is clamped
    assertThat(Pixels.at(image, 12, 82)).isEqualTo(0x000000);
    assertThat(Pixels.drawn(image, 82, 82, 64, 64)).isZero(); // there is no fourth image
  }

  @Test
  void colorChannelsAreSeparatePlanes() {
    BufferedImage image =
        new PictureGrid("", 1, 3, 1, 1).add(new float[] {1, 0.2f, 0}, List.of()).draw();
    assertThat(Pixels.at(image, 40, 40)).isEqualTo(0xFF3300);
  }

  @Test
  void captionsAreBelowAndMisclassificationsAreRed() {
    float[] white = new float[64 * 64];
    java.util.Arrays.fill(white, 1);
    BufferedImage plain = new PictureGrid("", 1, 1, 64, 64).add(white, List.of("7")).draw();
    assertThat(plain.getHeight()).isEqualTo(12 + 64 + 20 + 12);
    assertThat(Pixels.count(plain, 0x000000, 12, 77, 64, 18)).isPositive();
    PictureGrid mistakes = new PictureGrid("", 1, 1, 64, 64).addMistake(white, "7", "9");
    assertThat(mistakes.size()).isEqualTo(1);
    assertThat(Pixels.count(mistakes.draw(), 0xC01A1A, 12, 77, 64, 18)).isPositive();
  }

  @Test
  void aLongCaptionHasTwoLines() {
    CaptionLines lines = new CaptionLines(new Font(Font.SANS_SERIF, Font.PLAIN, 13), 70);
    assertThat(lines.of("a cat")).containsExactly("a cat");
    assertThat(lines.of("a purple triangle")).containsExactly("a purple", "triangle");
    assertThat(lines.of("unquestionable")).containsExactly("unquestionable");
    assertThat(lines.of("unquestionable a b")).containsExactly("unquestionable", "a b");
    assertThat(lines.of("")).containsExactly("");
    float[] white = new float[64 * 64];
    java.util.Arrays.fill(white, 1);
    BufferedImage image =
        new PictureGrid("", 1, 1, 64, 64).add(white, List.of("a purple triangle")).draw();
    assertThat(image.getHeight()).isEqualTo(12 + 64 + 35 + 12);
    assertThat(Pixels.count(image, 0x000000, 12, 77 + 15, 64, 18)).isPositive();
  }

  @Test
  void cyclesHaveThreeRowsForEachDirection() {
    List<float[]> rows = new ArrayList<>();
    for (float brightness : new float[] {0, 0.2f, 0.4f, 0.6f, 0.8f, 1}) {
      rows.add(new float[] {brightness, brightness, brightness, brightness});
    }
    BufferedImage image = new CyclePictures(1, 1, 1).draw(rows);
    assertThat(image.getWidth()).isEqualTo(24 + 4 * 70 - 6);
    int[] colors = {0x000000, 0x333333, 0x666666, 0x999999, 0xCCCCCC, 0xFFFFFF};
    for (int row = 0; row < colors.length; row++) {
      int top = 12 + 34 + row * 70;
      assertThat(Pixels.at(image, 12, top)).isEqualTo(colors[row]);
      assertThat(Pixels.at(image, 12 + 3 * 70, top)).isEqualTo(colors[row]);
    }
  }

  @Test
  void reconstructionsAreAboveTheirOriginals() throws IOException {
    float[] originals = new float[13 * 4];
    float[] reconstructed = new float[13 * 4];
    java.util.Arrays.fill(reconstructed, 0.6f);
    BufferedImage image = Reconstructions.draw(originals, reconstructed, 1, 2, 2);
    Path file = PngFile.write(image, folder.resolve("reconstructions.png"));
    BufferedImage read = ImageIO.read(file.toFile());
    assertThat(read.getWidth()).isEqualTo(24 + 12 * 70 - 6);
    assertThat(Pixels.at(read, 20, 60)).isEqualTo(0x999999);
    assertThat(Pixels.at(read, 20, 130)).isEqualTo(0x000000);
    assertThatThrownBy(() -> Reconstructions.draw(originals, new float[4], 1, 2, 2))
        .hasMessageContaining("52 original and 4 reconstructed values");
  }

  @Test
  void valuesThatAreNotImagesAreRejected() {
    PictureGrid grid = new PictureGrid("", 2, 1, 2, 2);
    assertThatThrownBy(() -> grid.add(new float[5], List.of()))
        .hasMessageContaining("5 values and 0 captions for pictures of 1x2x2");
    assertThatThrownBy(() -> grid.add(new float[8], List.of("a")))
        .hasMessageContaining("8 values and 1 captions");
    assertThatThrownBy(() -> new PictureGrid("", 2, 2, 2, 2)).hasMessageContaining("1 or 3");
    assertThat(grid.draw().getWidth()).isPositive();
  }
}
