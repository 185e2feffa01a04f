package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import io.troupe.protocols.config.DatasetConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSourceTest {
  @TempDir Path folder;

  private void assertRejected(Path path, String... messages) {
    assertThatThrownBy(() -> DataSource.open(path, DatasetConfig.DEFAULTS))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContainingAll(messages)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void errorForAnUnknownFormatListsTheKnownFormats() throws IOException {
    assertRejected(folder.resolve("none"), "none must exist");
    assertRejected(
        folder, "must contain MNIST files (train-images", ", got none of them", ".safetensors");
    assertRejected(Files.writeString(folder.resolve("a.xml"), "<a/>"), "a.xml must be a ", ".csv");
    Files.writeString(folder.resolve("a.csv"), "1,2,0\n");
    Files.writeString(folder.resolve("b.csv"), "1,2,0\n");
    assertRejected(folder, "must contain one data file or one named train, got 2 files");
    assertRejected(
        folder.resolve("a.csv"),
        "a.csv must have enough examples to train on some and to hold others out, got 1");
  }

  @Test
  void splitDependsOnlyOnTheSeed() {
    SplitIndices one =
        SplitIndices.of("a", 100, PerSplit.of("a"), Examples.config("validation-fraction = 0.2"));
    SplitIndices again =
        SplitIndices.of("a", 100, PerSplit.of("a"), Examples.config("validation-fraction = 0.2"));
    SplitIndices other =
        SplitIndices.of(
            "a",
            100,
            PerSplit.of("a"),
            Examples.config("validation-fraction = 0.2, split-seed = 1"));
    assertThat(one.test())
        .hasSize(10)
        .isSorted()
        .isEqualTo(again.test())
        .isNotEqualTo(other.test());
    assertThat(one.validation()).hasSize(18);
    assertThat(one.train()).hasSize(72).doesNotContain(one.test()).doesNotContain(one.validation());
  }

  @Test
  void existingValidationAndTestSetsAreNotSplitAgain() throws IOException {
    Files.writeString(folder.resolve("train.csv"), "1,0\n2,1\n");
    Files.writeString(folder.resolve("val.csv"), "3,0\n4,1\n5,1\n");
    Files.writeString(folder.resolve("test.csv"), "6,0\n");
    DataSplits splits = DataSource.open(folder, Examples.config("validation-fraction = 0.5"));
    assertThat(splits.description())
        .isEqualTo("CSV: 2 training, 3 validation and 1 test examples of 1, 2 classes");
    assertThat(Examples.input(splits.validation().orElseThrow().batch(0))).containsExactly(3);
  }

  @Test
  void settingsOutOfRangeAreRejected() {
    for (String wrong :
        new String[] {
          "shape = 1x0x8",
          "shape = eight",
          "scale = -1",
          "mean = 0.5",
          "normalize = true, mean = 0.5, std = 0.5",
          "labels = text",
          "channels = 2",
          "image-size = 1x2x3",
          "seq-length = 0",
          "test-fraction = 1",
          "validation-fraction = -0.1",
          "num-classes = -1"
        }) {
      String key = wrong.substring(0, wrong.indexOf(' '));
      assertThatThrownBy(() -> Examples.config(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(key + " must be ");
    }
    assertThat(Examples.config("image-size = 32").imageSize()).containsExactly(32, 32);
    assertThat(Examples.config("mean = \"0.4, 0.5,0.6\", std = [1, 1, 2]").mean())
        .containsExactly(0.4, 0.5, 0.6);
  }

  @Test
  void normalizationMustMatchTheNumberOfChannels() {
    Normalization two = new Normalization(List.of(1.0, 2.0), List.of(1.0, 4.0));
    float[] values = {1, 2, 2, 6};
    two.apply(values, List.of(2, 1, 2));
    assertThat(values).containsExactly(0, 1, 0, 1);
    two.undo(values, List.of(2, 1, 2));
    assertThat(values).containsExactly(1, 2, 2, 6);
    assertThatThrownBy(() -> two.apply(values, List.of(1, 2, 2)))
        .hasMessageContaining(
            "mean and std must have one value for all or for each of the 1 channels, got 2");
    assertThatThrownBy(() -> new Normalization(List.of(0.0), List.of(0.0)))
        .hasMessageContaining("std finite and > 0, got mean=[0.0] and std=[0.0]");
  }
}
