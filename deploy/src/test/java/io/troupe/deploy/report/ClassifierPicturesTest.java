package io.troupe.deploy.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.DataSplits;
import io.troupe.protocols.config.DatasetConfig;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierPicturesTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeData() throws IOException {
    Files.writeString(folder.resolve("train.csv"), "0,1,0,1,cat\n1,0,1,0,ox\n");
    Files.writeString(folder.resolve("test.csv"), "0,0,0,0,cat\n1,1,1,1,ox\n0,1,0,1,cat\n");
  }

  private List<String> write(String settings, int... predicted) throws IOException {
    DataSplits splits =
        DataSource.open(folder, DatasetConfig.from(ConfigFactory.parseString(settings)));
    return new ClassifierPictures(splits.test(), splits.normalization(), predicted)
        .write(folder).stream().map(file -> file.getFileName().toString()).toList();
  }

  @Test
  void misclassifiedImagesAreShownBeforeNormalization() throws IOException {
    assertThat(write("shape = 1x2x2, mean = 0.5, std = 0.25", 0, 0, 0))
        .containsExactly("confusion.png", "mistakes.png");
    BufferedImage mistakes = ImageIO.read(folder.resolve("mistakes.png").toFile());
    assertThat(Pixels.count(mistakes, 0xFFFFFF, 12, 46, 64, 64)).isEqualTo(64 * 64);
    assertThat(Pixels.count(mistakes, 0xC01A1A, 12, 110, 64, 20)).isPositive(); // the caption
    assertThat(Pixels.drawn(mistakes, 82, 46, 64, 84)).isZero(); // only one mistake
  }

  @Test
  void runWithoutMisclassificationsHasOnlyTheConfusionMatrix() throws IOException {
    assertThat(write("shape = 1x2x2", 0, 1)).containsExactly("confusion.png");
    assertThat(write("", 1, 1, 1)).containsExactly("confusion.png"); // rows are not images
  }

  @Test
  void predictionsOfAnotherLengthAreRejected() {
    assertThatThrownBy(() -> write("", 0, 0, 0, 0)).hasMessageContaining("got 4 for 2 classes");
  }
}
