package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngFileTest {
  @TempDir private Path folder;

  private final BufferedImage blue =
      PngFile.drawn(
          3,
          2,
          graphics -> {
            graphics.setColor(Color.BLUE);
            graphics.fillRect(0, 0, 3, 2);
          });

  @Test
  void savedImagesAreReadBack() throws IOException {
    Path file = PngFile.write(blue, folder.resolve("blue.png"));
    BufferedImage read = ImageIO.read(file.toFile());
    assertThat(read.getWidth()).isEqualTo(3);
    assertThat(new Color(read.getRGB(2, 1))).isEqualTo(Color.BLUE);
  }

  @Test
  void missingFolderThrowsAndPrintsNothingToStandardError() {
    PrintStream usual = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThatThrownBy(() -> PngFile.write(blue, folder.resolve("missing/blue.png")))
          .isInstanceOf(NoSuchFileException.class);
    } finally {
      System.setErr(usual);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}
