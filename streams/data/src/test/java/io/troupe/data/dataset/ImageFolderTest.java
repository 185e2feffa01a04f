package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  @BeforeEach
  void writeTraining() throws IOException {
    write("train/cat/a.png", 4, 4, 0xFF0000);
    write("train/cat/b.PNG", 4, 4, 0x00FF00);
    write("train/ant/c.png", 4, 4, 0x0000FF);
    Files.writeString(folder.resolve("README.txt"), "cats and ants");
  }

  private void write(String name, int height, int width, int rgb) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < height * width; i++) {
      image.setRGB(i % width, i / width, rgb);
    }
    assertThat(ImageIO.write(image, "png", file.toFile())).isTrue();
  }

  private DataSplits open(String settings) {
    return DataSource.open(folder, Examples.config(settings));
  }

  @Test
  void subFoldersAreClasses() throws IOException {
    write("val/ant/d.png", 4, 4, 0xFFFFFF);
    DataSplits splits = open("");
    assertThat(splits.description())
        .isEqualTo("image folder: 3 training and 1 test examples of 3x4x4, 2 classes");
    assertThat(splits.train().spec().classNames()).containsExactly("ant", "cat");
    assertThat(Examples.ints(splits.train().batch(0, 1, 2), "label")).containsExactly(0, 1, 1);
    float[] pixels = Examples.input(splits.train().batch(1));
    assertThat(pixels).hasSize(48);
    assertThat(pixels[0]).isEqualTo(1);
    assertThat(pixels[16]).isEqualTo(0);
    assertThat(Examples.input(splits.train().batch(1))).isEqualTo(pixels);
    assertThat(Examples.input(splits.test().batch(0))).containsOnly(1);
  }

  @Test
  void validationAndTestFoldersAreRead() throws IOException {
    write("val/ant/d.png", 4, 4, 0xFFFFFF);
    write("test/cat/e.png", 4, 4, 0x808080);
    DataSplits splits = open("");
    assertThat(Examples.input(splits.validation().orElseThrow().batch(0))).containsOnly(1);
    assertThat(Examples.ints(splits.test().batch(0), "label")).containsExactly(1);
  }

  @Test
  void imagesAreResizedAndConvertedToGray() throws IOException {
    write("train/ant/e.png", 9, 3, 0x0000FF);
    assertThatThrownBy(() -> open(""))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("e.png must be 4x4 (height and width) like the first image, got 9x3")
        .hasMessageContaining("set image-size");
    DataSplits splits = open("image-size = 2x5, channels = 1, test-fraction = 0.25");
    assertThat(splits.train().spec().shape()).isEqualTo("1x2x5");
    assertThat(Examples.input(splits.train().batch(0))).hasSize(10).containsOnly(29 / 255f);
  }

  @Test
  void testSetMustHaveTheClassesOfTheTrainingSet() throws IOException {
    write("test/dog/d.png", 4, 4, 0xFFFFFF);
    assertThatThrownBy(() -> open(""))
        .hasMessageContaining(
            "must have only the classes of the training part (ant, cat), got dog");
    assertThatThrownBy(() -> open("num-classes = 1"))
        .hasMessageContaining("must have at most num-classes=1 classes, got ant, cat");
  }

  @Test
  void imagesMayBeInNestedFoldersAndHiddenFilesAreSkipped() throws IOException {
    write("train/cat/new/deep/d.png", 4, 4, 0x808080);
    write("train/cat/._a.png", 4, 4, 0);
    write("train/cat/.cache/e.png", 4, 4, 0);
    write("train/.hidden/f.png", 4, 4, 0);
    Files.writeString(folder.resolve("train/cat/.DS_Store"), "x");
    Files.writeString(folder.resolve("train/cat/Thumbs.db"), "x");
    DataSplits splits = open("test-fraction = 0.0001");
    assertThat(splits.description()).contains("3 training and 1 test examples of 3x4x4, 2 classes");
  }

  @Test
  void classWithoutImagesIsAnError() throws IOException {
    Files.createDirectories(folder.resolve("train/dog/empty"));
    Files.writeString(folder.resolve("train/dog/notes.txt"), "no dogs yet");
    assertThatThrownBy(() -> open(""))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("dog must contain PNG, JPEG, GIF, BMP, TIFF or WebP files");
  }

  @Test
  void errorNamesTheDamagedImage() throws IOException {
    write("val/ant/d.png", 4, 4, 0xFFFFFF);
    Files.writeString(folder.resolve("val/ant/d.png"), "no picture");
    assertThatThrownBy(() -> open("")).hasMessageContaining("d.png must be a PNG file");
    DataSplits splits = open("image-size = 4");
    assertThatThrownBy(() -> splits.test().batch(0))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("d.png must be a PNG file");
  }
}
