package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.DataSplits;
import io.troupe.protocols.config.DatasetConfig;
import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class AttentionPicturesTest {
  private static final DataSplits SHAPES =
      DataSource.open(
          "shapes",
          DatasetConfig.from(
              ConfigFactory.parseString(
                  "image-size = [32, 32], normalize = true, shapes.train-examples = 20")));

  private static BufferedImage drawn(float... maps) {
    return new AttentionPictures(SHAPES.test(), SHAPES.normalization(), maps, 2, 2).draw();
  }

  private static int red(BufferedImage image, int x, int y) {
    return Pixels.at(image, x, y) >> 16;
  }

  @Test
  void thePatchWithTheLargestAttentionIsYellow() {
    BufferedImage none = drawn(0.1f, 0.1f, 0.1f, 0.1f);
    BufferedImage lowerLeft = drawn(0.1f, 0.1f, 0.25f, 0.1f);
    int top = 46 + 70;
    assertThat(Pixels.of(lowerLeft, 12, top, 64, 32)).isEqualTo(Pixels.of(none, 12, top, 64, 32));
    assertThat(Pixels.of(lowerLeft, 44, top, 32, 64)).isEqualTo(Pixels.of(none, 44, top, 32, 64));
    for (int x = 12; x < 44; x++) {
      int gray = Pixels.at(none, x, top + 40) & 0xFF;
      int expected = gray + Math.round(0.6f * 255);
      int shown = Pixels.at(lowerLeft, x, top + 40);
      assertThat(shown >> 16).isBetween(expected - 1, expected + 1);
      assertThat(shown >> 8 & 0xFF).isBetween(expected - 1, expected + 1);
      assertThat(shown & 0xFF).isEqualTo(gray);
    }
  }

  @Test
  void attentionInTheMiddleIsRed() {
    BufferedImage none = drawn(0.1f, 0.1f, 0.1f, 0.1f);
    BufferedImage image = drawn(0.15f, 0.2f, 0.1f, 0.1f);
    int top = 46 + 70;
    int gray = Pixels.at(none, 20, top + 8) & 0xFF;
    assertThat(red(image, 20, top + 8)).isGreaterThan(gray + 150);
    assertThat(Pixels.at(image, 20, top + 8) & 0xFFFF).isEqualTo(gray << 8 | gray);
  }
}
