package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.DataSplits;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.DatasetConfig;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DepthPicturesTest {
  private static final DataSplits SHAPES =
      DataSource.open(
          "shapes",
          DatasetConfig.from(
              ConfigFactory.parseString(
                  "image-size = [32, 32], normalize = true, shapes.train-examples = 20,"
                      + " shapes.label = depth")));

  private static BufferedImage drawn(float[] estimated) {
    return new DepthPictures(SHAPES.test(), SHAPES.normalization(), estimated).draw();
  }

  private static float[] depths() {
    return ((ArrayData.Floats) SHAPES.test().batch(IntStream.range(0, 8).toArray()).get("target"))
        .values();
  }

  @Test
  void trueAndEstimatedDepthsHaveTheSameScale() {
    BufferedImage image = drawn(depths());
    assertThat(Pixels.of(image, 12, 46 + 70, 8 * 70 - 6, 64))
        .isEqualTo(Pixels.of(image, 12, 46 + 2 * 70, 8 * 70 - 6, 64));
    for (int column = 0; column < 8; column++) {
      int left = 12 + column * 70;
      assertThat(Pixels.count(image, 0xFFFFFF, left, 46 + 70, 64, 64)).isPositive(); // nearest
      assertThat(Pixels.count(image, 0x000000, left, 46 + 70, 64, 64)).isPositive(); // farthest
    }
  }

  @Test
  void whatIsEstimatedTooFarIsBlack() {
    float[] far = depths();
    Arrays.fill(far, 10);
    BufferedImage image = drawn(far);
    assertThat(Pixels.count(image, 0x000000, 12, 46 + 2 * 70, 64, 64)).isEqualTo(64 * 64);
  }
}
