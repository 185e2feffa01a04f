package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.DatasetConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceTest {
  @TempDir Path folder;

  private static byte[] idx(int magic, int... sizesThenValues) {
    int dimensions = magic & 0xFF;
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * dimensions + sizesThenValues.length - dimensions);
    bytes.putInt(magic);
    for (int i = 0; i < sizesThenValues.length; i++) {
      if (i < dimensions) {
        bytes.putInt(sizesThenValues[i]);
      } else {
        bytes.put((byte) sizesThenValues[i]);
      }
    }
    return bytes.array();
  }

  private void write(String name, byte[] bytes) throws IOException {
    Examples.write(folder.resolve(name), name.endsWith(".gz") ? Examples.packed(bytes) : bytes);
  }

  private void writeTraining() throws IOException {
    write("train-images-idx3-ubyte.gz", idx(0x803, 3, 1, 2, 0, 51, 102, 153, 204, 255));
    write("train-labels-idx1-ubyte", idx(0x801, 3, 2, 0, 1));
  }

  private DataSplits open() {
    return DataSource.open(folder, DatasetConfig.DEFAULTS);
  }

  private void assertRejected(String... messages) {
    assertThatThrownBy(this::open)
        .isInstanceOf(DataFormatException.class)
        .hasMessageContainingAll(messages);
  }

  @Test
  void readsImagesAndLabelsOfTrainingAndTestSet() throws IOException {
    writeTraining();
    write("t10k-images-idx3-ubyte", idx(0x803, 1, 1, 2, 255, 0));
    write("t10k-labels-idx1-ubyte", idx(0x801, 1, 1));
    DataSplits splits = open();
    assertThat(splits.description())
        .isEqualTo("idx: 3 training and 1 test examples of 1x1x2, 3 classes");
    assertThat(splits.train().spec().kind()).isEqualTo(ExampleSpec.Kind.IMAGE);
    ArrayData input = splits.train().batch(2, 0).get("input");
    assertThat(input.sizes()).containsExactly(2, 1, 1, 2);
    assertThat(((ArrayData.Floats) input).values()).containsExactly(0.8f, 1, 0, 0.2f);
    assertThat(Examples.ints(splits.train().batch(2, 0), "label")).containsExactly(1, 2);
    assertThat(Examples.input(splits.test().batch(0))).containsExactly(1, 0);
  }

  @Test
  void filesThatAreNotIdxAreRejected() throws IOException {
    writeTraining();
    write("train-images-idx3-ubyte.gz", idx(0xD03, 1, 1, 1, 0));
    assertRejected("train-images-idx3-ubyte.gz: the magic number must be ", ", got 0x00000D03");
    write("train-images-idx3-ubyte.gz", new byte[] {0, 0, 8});
    assertRejected("is too short for an idx file");
    Examples.write(folder.resolve("train-images-idx3-ubyte.gz"), new byte[] {1, 2, 3, 4});
    assertRejected("cannot read", "train-images-idx3-ubyte.gz: Not in GZIP format");
  }

  @Test
  void headersWithTooLargeSizesAllocateNoMemory() throws IOException {
    writeTraining();
    write("train-images-idx3-ubyte.gz", idx(0x803, 2_000_000, 28, 28, 7));
    assertRejected("must have the 2000000x28x28 bytes of its header, got fewer");
    write("train-images-idx3-ubyte.gz", idx(0x803, Integer.MAX_VALUE, 65535, 65535, 7));
    assertRejected(" bytes of its header, got fewer");
    write("train-images-idx3-ubyte.gz", idx(0x804, Integer.MAX_VALUE, 65535, 65535, 65535, 7));
    assertRejected(
        "must have fewer than 2^63 bytes, got the sizes 2147483647x65535x65535x65535 and more");
    write("train-images-idx3-ubyte.gz", idx(0x803, -1, 28, 28, 7));
    assertRejected("the size of dimension 0 must be >= 1, got -1");
    write("train-images-idx3-ubyte.gz", idx(0x803, 3, 1, 2, 0, 1, 2, 3, 4));
    assertRejected("must have the 6 bytes of its header, got 5;");
  }

  @Test
  void trailingDataInGzipIsNotDecompressed() throws IOException {
    writeTraining();
    byte[] bomb = Arrays.copyOf(idx(0x803, 3, 1, 2), 50_000_000);
    write("train-images-idx3-ubyte.gz", bomb);
    assertRejected("must have the 6 bytes of its header, got more");
  }

  @Test
  void everyImageHasOneLabelInRange() throws IOException {
    writeTraining();
    write("train-labels-idx1-ubyte", idx(0x801, 2, 2, 0));
    assertRejected("must have one label for each of the 3 images in ", ", got 2");
    writeTraining();
    assertThatThrownBy(() -> DataSource.open(folder, Examples.config("num-classes = 2")))
        .hasMessageContaining(
            "train-labels-idx1-ubyte: the label of example 0 must be from 0 to 1, got 2");
    write("t10k-images-idx3-ubyte", idx(0x803, 1, 1, 2, 255, 0));
    assertRejected("must contain t10k-labels-idx1-ubyte, packed (.gz) or not");
    write("t10k-labels-idx1-ubyte", idx(0x801, 1, 9));
    assertRejected("t10k-labels-idx1-ubyte: the label of example 0 must be from 0 to ", ", got 9");
    write("t10k-images-idx3-ubyte", idx(0x803, 1, 1, 1, 255));
    write("t10k-labels-idx1-ubyte", idx(0x801, 1, 0));
    assertRejected("must have examples of 1x1x2 like ", ", got 1x1x1");
  }

  @Test
  void mnistIsRead() {
    DataSplits splits =
        DataSource.open(SharedData.require("mnist"), Examples.config("normalize = on"));
    assertThat(splits.description())
        .isEqualTo("idx: 60,000 training and 10,000 test examples of 1x28x28, 10 classes");
    assertThat(splits.normalization().mean().get(0)).isBetween(0.1306, 0.1308);
    assertThat(splits.normalization().std().get(0)).isBetween(0.3080, 0.3082);
    assertThat(Examples.ints(splits.train().batch(0, 1, 59_999), "label")).containsExactly(5, 0, 8);
  }
}
