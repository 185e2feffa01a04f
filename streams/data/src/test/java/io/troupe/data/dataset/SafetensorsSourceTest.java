package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.data.DataFormatException;
import io.troupe.protocols.batch.ArrayData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsSourceTest {
  @TempDir Path folder;

  private final StringBuilder header = new StringBuilder("{");
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  private SafetensorsSourceTest with(String name, String type, String shape, ByteBuffer values) {
    header
        .append(header.length() > 1 ? "," : "")
        .append(
            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, type, shape, data.size(), data.size() + values.capacity()));
    data.writeBytes(values.array());
    return this;
  }

  private SafetensorsSourceTest floats(String name, String shape, float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return with(name, "F32", shape, bytes);
  }

  private SafetensorsSourceTest longs(String name, String shape, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return with(name, "I64", shape, bytes);
  }

  private void write(String file) throws IOException {
    byte[] text = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + data.size());
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).put(text).put(data.toByteArray());
    Files.write(folder.resolve(file), bytes.array());
    header.setLength(1);
    data.reset();
  }

  private DataSplits open(String settings) {
    return DataSource.open(folder, Examples.config(settings));
  }

  private void assertRejected(String... messages) {
    assertThatThrownBy(() -> open(""))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContainingAll(messages);
  }

  @Test
  void readsInputsLabelsTargetsAndLengths() throws IOException {
    longs("label", "[3]", 0, 1, 1)
        .floats("input", "[3,1,2]", 1, 2, 3, 4, 5, 6)
        .floats("target", "[3]", 0.5f, 1.5f, 2.5f)
        .longs("length", "[3]", 1, 1, 1)
        .write("train.safetensors");
    floats("input", "[1,1,2]", 7, 8).longs("label", "[1]", 0).write("test.safetensors");
    DataSplits splits = open("scale = 2");
    assertThat(splits.description())
        .isEqualTo("safetensors: 3 training and 1 test examples of 1x2, 2 classes");
    Map<String, ArrayData> batch = splits.train().batch(2, 0);
    assertThat(batch.get("input").sizes()).containsExactly(2, 1, 2);
    assertThat(Examples.input(batch)).containsExactly(2.5f, 3, 0.5f, 1);
    assertThat(Examples.ints(batch, "label")).containsExactly(1, 0);
    assertThat(((ArrayData.Floats) batch.get("target")).values()).containsExactly(2.5f, 0.5f);
    assertThat(Examples.ints(batch, "length")).containsExactly(1, 1);
  }

  @Test
  void bytesArePixelsAndLabelsMayBePerPixel() throws IOException {
    with("input", "U8", "[2,1,1,2]", ByteBuffer.wrap(new byte[] {0, -1, 51, 102}))
        .longs("label", "[2,1,2]", 0, 2, 1, 1)
        .write("a.safetensors");
    Dataset train = open("").train();
    assertThat(train.spec().kind()).isEqualTo(ExampleSpec.Kind.IMAGE);
    assertThat(train.spec().numClasses()).isEqualTo(3);
    assertThat(train.batch(0).get("label").sizes()).containsExactly(1, 1, 2);
    assertThat(Examples.input(train.batch(0))).containsAnyOf(1, 0.4f);
  }

  @Test
  void integersAreTokenIds() throws IOException {
    longs("input", "[2,3]", 1, 2, 3, 4, 5, 6).longs("label", "[2]", 0, 1).write("a.safetensors");
    DataSplits splits = open("");
    assertThat(splits.train().spec().kind()).isEqualTo(ExampleSpec.Kind.TOKENS);
    assertThat(splits.train().size() + splits.test().size()).isEqualTo(2);
    assertThat(Examples.ints(splits.train().batch(0), "input")).hasSize(3);
  }

  @Test
  void filesThatDoNotMatchAreRejected() throws IOException {
    longs("edge_index", "[2,1]", 0, 1).write("a.safetensors");
    assertRejected("a.safetensors must contain input ", ", got [edge_index]");
    floats("input", "[2,1]", 1, 2).longs("label", "[3]", 0, 1, 1).write("a.safetensors");
    assertRejected("label must have one entry for each of the 2 examples of input, got (3)");
    floats("input", "[2,1]", 1, 2).longs("label", "[2]", 0, -1).write("a.safetensors");
    assertRejected("the label of example 1 must be from 0 to 0, got -1");
    floats("input", "[2,1]", 1, 2).floats("label", "[2]", 0, 1).write("a.safetensors");
    assertRejected("label must be I64, I32, U8 or BOOL, got F32");
    floats("input", "[2,1]", 1, 2).longs("label", "[2]", 0, 1L << 40).write("a.safetensors");
    assertRejected("label must contain numbers of at most 32 bits, got a larger one");
    Files.writeString(folder.resolve("a.safetensors"), "no tensors at all");
    assertRejected("a.safetensors must have a header of 2 to ");
  }
}
