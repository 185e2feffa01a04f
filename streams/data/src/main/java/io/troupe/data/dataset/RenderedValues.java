package io.troupe.data.dataset;

import io.troupe.protocols.config.Rendering;
import java.util.Arrays;
import java.util.List;

/**
 * Images that are drawn in other ways. With n renderings, image i has rendering i mod n.
 *
 * @param images with pixels in [0, 1]
 * @param sizes (channels, height, width)
 * @param renderings at least one
 */
record RenderedValues(ExampleValues images, List<Integer> sizes, List<Rendering> renderings)
    implements ExampleValues {

  /** The position of the rendering of each image. */
  static int[] domains(int numImages, int numRenderings) {
    int[] domains = new int[numImages];
    Arrays.setAll(domains, i -> i % numRenderings);
    return domains;
  }

  @Override
  public void read(int index, float[] target, int offset) {
    images.read(index, target, offset);
    switch (renderings.get(index % renderings.size())) {
      case PLAIN -> {}
      case INVERTED -> {
        for (int i = offset; i < offset + Column.numel(sizes); i++) {
          target[i] = 1 - target[i];
        }
      }
      case BOLD -> System.arraycopy(widened(target, offset), 0, target, offset, numel());
      case OUTLINED -> {
        float[] wide = widened(target, offset);
        for (int i = 0; i < wide.length; i++) {
          target[offset + i] = wide[i] - target[offset + i];
        }
      }
    }
  }

  private int numel() {
    return Column.numel(sizes);
  }

  /** The brightest pixel among each pixel and its eight neighbors. */
  private float[] widened(float[] values, int offset) {
    int height = sizes.get(1);
    int width = sizes.get(2);
    float[] wide = new float[numel()];
    for (int i = 0; i < wide.length; i++) {
      int y = i / width % height;
      int x = i % width;
      float brightest = 0;
      for (int dy = y > 0 ? -1 : 0; dy <= (y < height - 1 ? 1 : 0); dy++) {
        for (int dx = x > 0 ? -1 : 0; dx <= (x < width - 1 ? 1 : 0); dx++) {
          brightest = Math.max(brightest, values[offset + i + dy * width + dx]);
        }
      }
      wide[i] = brightest;
    }
    return wide;
  }
}
