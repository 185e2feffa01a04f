package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Dataset;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.DatasetConfig;
import java.awt.image.BufferedImage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentationPicturesTest {
  private static DataSplits shapes(String label) {
    return DataSource.open(
        "shapes",
        DatasetConfig.from(
            ConfigFactory.parseString(
                "image-size = [32, 32], normalize = true, shapes.train-examples = 20, shapes.label"
                    + " = "
                    + label)));
  }

  @Test
  void labelsAndPredictionsAreDrawnOverTheImages() {
    DataSplits splits = shapes("segmentation");
    Dataset test = splits.test();
    int[] right =
        ((ArrayData.Ints) test.batch(IntStream.range(0, 8).toArray()).get("label")).values();
    BufferedImage correct = new SegmentationPictures(test, splits.normalization(), right).draw();
    BufferedImage nothing =
        new SegmentationPictures(test, splits.normalization(), new int[right.length]).draw();
    int below = correct.getHeight() * 2 / 3;
    int width = correct.getWidth();
    int height = correct.getHeight() - below;
    assertThat(Pixels.of(correct, 0, 0, width, below))
        .isEqualTo(Pixels.of(nothing, 0, 0, width, below));
    assertThat(Pixels.of(correct, 0, below, width, height))
        .isNotEqualTo(Pixels.of(nothing, 0, below, width, height));
  }

  @Test
  void classesOfWholeImagesAreNotOfPixels() {
    assertThat(SegmentationPictures.isOfPixels(shapes("segmentation").test())).isTrue();
    assertThat(SegmentationPictures.isOfPixels(shapes("kind").test())).isFalse();
    assertThat(SegmentationPictures.isOfPixels(shapes("depth").test())).isFalse();
  }
}
