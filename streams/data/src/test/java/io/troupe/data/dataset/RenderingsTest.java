package io.troupe.data.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.data.DataFormatException;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.protocols.config.DatasetConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of 3 x 3 pixels: image i has pixel i at full brightness, and label i. */
class RenderingsTest {
  private static final int NUMBER = 5;
  private static final int PIXELS = 9;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + NUMBER * PIXELS);
    images.putInt(0x803).putInt(NUMBER).putInt(3).putInt(3);
    ByteBuffer labels = ByteBuffer.allocate(8 + NUMBER).putInt(0x801).putInt(NUMBER);
    for (int i = 0; i < NUMBER; i++) {
      images.put(16 + i * PIXELS + i, (byte) 255);
      labels.put((byte) i);
    }
    for (String part : new String[] {"train", "t10k"}) {
      Examples.write(folder.resolve(part + "-images-idx3-ubyte"), images.array());
      Examples.write(folder.resolve(part + "-labels-idx1-ubyte"), labels.array());
    }
  }

  private DataSplits open(String renderings) {
    return DataSource.open(
        folder, DatasetConfig.from(ConfigFactory.parseString("renderings = " + renderings)));
  }

  private static float[] drawn(DataSplits splits, int image) {
    return Examples.input(splits.train().batch(image));
  }

  @Test
  void imagesAreDrawnAsConfigured() {
    assertThat(drawn(open("plain"), 1)).containsExactly(0, 1, 0, 0, 0, 0, 0, 0, 0);
    assertThat(drawn(open("inverted"), 1)).containsExactly(1, 0, 1, 1, 1, 1, 1, 1, 1);
    assertThat(drawn(open("bold"), 1)).containsExactly(1, 1, 1, 1, 1, 1, 0, 0, 0);
    assertThat(drawn(open("outlined"), 0)).containsExactly(0, 1, 0, 1, 1, 0, 0, 0, 0);
  }

  @Test
  void severalRenderingsAreUsedInTurn() {
    DataSplits splits = open("\"plain,inverted\"");
    assertThat(drawn(splits, 2)).containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 0);
    assertThat(drawn(splits, 3)).containsExactly(1, 1, 1, 0, 1, 1, 1, 1, 1);
    assertThat(splits.train().domains()).hasValue(new int[] {0, 1, 0, 1, 0});
    assertThat(splits.train().subset(new int[] {3, 4}).domains()).hasValue(new int[] {1, 0});
  }

  @Test
  void imagesOfTwoDomainsAreOnlyPairedByPosition() {
    Dataset unpaired = open("[plain, bold]").unpaired().train();
    assertThat(unpaired.size()).isEqualTo(3); // images 0, 2 and 4; 1 and 3
    Map<String, ArrayData> batch = unpaired.batch(1, 2);
    assertThat(Examples.ints(batch, "label")).containsExactly(2, 4);
    assertThat(Examples.ints(batch, "target_label")).containsExactly(3, 1);
    assertThat(((ArrayData.Floats) batch.get("input")).values())
        .containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
    assertThat(((ArrayData.Floats) batch.get("target")).values())
        .containsExactly(1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0);
  }

  @Test
  void otherNumbersOfDomainsAndExamplesWithoutPixelsAreRejected() throws IOException {
    assertThatThrownBy(() -> open("bold").unpaired())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "renderings must be two, such as plain,outlined, for a model that translates images,"
                + " got 1");
    assertThatThrownBy(() -> open("[plain, bold, plain]").unpaired()).hasMessageEndingWith("got 3");
    assertThatThrownBy(() -> open("[plain, red]"))
        .hasMessageContaining("renderings must be names of plain, inverted, bold, outlined");
    Path table = folder.resolve("table.csv");
    Examples.write(table, "a,b,label\n1,2,0\n3,4,1\n".getBytes(UTF_8));
    DatasetConfig bold = DatasetConfig.from(ConfigFactory.parseString("renderings = bold"));
    assertThatThrownBy(() -> DataSource.open(table, bold))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining("renderings must be empty for examples that are not images, got");
  }
}
