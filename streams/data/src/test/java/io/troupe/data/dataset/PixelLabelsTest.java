package io.troupe.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.data.augment.Augmentation;
import io.troupe.nn.losses.CrossEntropyLoss;
import io.troupe.protocols.batch.ArrayData;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Augmentations move per-pixel labels with their pixels; the test pixels encode the labels. */
class PixelLabelsTest {
  private static final int EXAMPLES = 40;
  private static final int HEIGHT = 12;
  private static final int WIDTH = 10;
  private static final int PLANE = HEIGHT * WIDTH;
  private static final int[] ALL = IntStream.range(0, EXAMPLES).toArray();

  /** The label of a pixel, which depends on its quadrant of the image and on the example. */
  private static int label(int index) {
    int y = index % PLANE / WIDTH;
    int x = index % WIDTH;
    return 1 + index / PLANE % 3 + (y < HEIGHT / 2 ? 0 : 4) + (x < WIDTH / 2 ? 0 : 8);
  }

  private static final int HIGHEST = 16;

  private static ColumnDataset images() {
    int[] labels = IntStream.range(0, EXAMPLES * PLANE).map(PixelLabelsTest::label).toArray();
    float[] pixels = new float[labels.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = labels[i] / (float) HIGHEST;
    }
    ExampleValues values = ExampleValues.floats(pixels, PLANE);
    List<Integer> sizes = List.of(1, HEIGHT, WIDTH);
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("label", new IntColumn(labels, List.of(HEIGHT, WIDTH)));
    columns.put("input", new FloatColumn(values, sizes, Normalization.NONE));
    columns.put("target", new FloatColumn(values, sizes, Normalization.NONE));
    columns.put("length", new IntColumn(ALL, List.of()));
    ExampleSpec spec = new ExampleSpec(ExampleSpec.Kind.IMAGE, sizes, HIGHEST, List.of());
    return new ColumnDataset(EXAMPLES, spec, columns);
  }

  private static Map<String, ArrayData> augmented(String setting) {
    return images().batch(ALL, Augmentation.parse(setting).transform(Philox.of(8), ALL));
  }

  private static int[] labels(Map<String, ArrayData> batch) {
    return ((ArrayData.Ints) batch.get("label")).values();
  }

  private static float[] floats(Map<String, ArrayData> batch, String name) {
    return ((ArrayData.Floats) batch.get(name)).values();
  }

  @Test
  void labelsMoveWithTheirPixelsAndLabelsFromOutsideAreIgnored() {
    for (String setting :
        List.of("flip", "vflip", "crop=3", "shift=0.4", "crop=2,flip,vflip,shift=0.2")) {
      Map<String, ArrayData> batch = augmented(setting);
      float[] pixels = floats(batch, "input");
      int[] labels = labels(batch);
      assertThat(labels).as(setting).isNotEqualTo(labels(images().batch(ALL)));
      for (int i = 0; i < labels.length; i++) {
        int seen = Math.round(pixels[i] * HIGHEST);
        assertThat(labels[i])
            .as("%s: label of pixel %d", setting, i)
            .isEqualTo(seen == 0 ? CrossEntropyLoss.IGNORE_INDEX : seen);
      }
      assertThat(floats(batch, "target")).as(setting).isEqualTo(pixels);
      assertThat(((ArrayData.Ints) batch.get("length")).values()).isEqualTo(ALL);
    }
  }

  @Test
  void rotatedImagesHaveTheLabelOfTheNearestPixel() {
    Map<String, ArrayData> batch = augmented("rotate=40,flip");
    float[] pixels = floats(batch, "input");
    int[] labels = labels(batch);
    int compared = 0;
    for (int i = 0; i < labels.length; i++) {
      int example = i / PLANE * PLANE;
      float seen = pixels[i] * HIGHEST;
      boolean isWithinOneQuadrant = // not interpolated with another quadrant or with pixels outside
          IntStream.range(example, example + PLANE)
              .anyMatch(at -> Math.abs(label(at) - seen) < 1e-4);
      if (isWithinOneQuadrant) {
        assertThat(labels[i]).as("label of pixel %d", i).isEqualTo(Math.round(seen));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(labels.length / 3);
    assertThat(Arrays.stream(labels).filter(l -> l == CrossEntropyLoss.IGNORE_INDEX).count())
        .isBetween(1L, labels.length / 3L);
  }

  @Test
  void colorAndEraseDoNotChangeLabels() {
    Map<String, ArrayData> batch = augmented("color=0.5,erase=1");
    assertThat(floats(batch, "input")).isNotEqualTo(floats(images().batch(ALL), "input"));
    assertThat(labels(batch)).isEqualTo(labels(images().batch(ALL)));
    Map<String, ArrayData> flipped = augmented("color=0.5,erase=1,flip=1");
    for (int i = 0; i < EXAMPLES * PLANE; i++) {
      int mirrored = i - i % WIDTH + WIDTH - 1 - i % WIDTH;
      assertThat(labels(flipped)[i]).isEqualTo(label(mirrored));
    }
  }
}
