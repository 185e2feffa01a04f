package io.troupe.data.dataset;

import java.util.List;
import java.util.Optional;

/** Changes the input of one example and moves the labels of its pixels, such as an augmentation. */
public interface ExampleTransform {
  /** Changes nothing. */
  ExampleTransform NONE =
      new ExampleTransform() {
        @Override
        public void apply(float[] values, int offset, List<Integer> sizes, int place) {}

        @Override
        public Optional<int[]> origins(int height, int width, int place) {
          return Optional.empty();
        }
      };

  /**
   * Changes an example in place.
   *
   * @param values of the batch
   * @param offset of the first value of the example
   * @param sizes of one example, such as (channels, height, width)
   * @param place of the example in the batch, from 0
   */
  void apply(float[] values, int offset, List<Integer> sizes, int place);

  /**
   * The positions of the pixels of an example before {@link #apply}, by which labels of pixels are
   * moved.
   *
   * @param height of the image
   * @param width of the image
   * @param place of the example in the batch, from 0
   * @return the previous index of each pixel, in row-major order; below 0 if it comes from outside
   *     the image; empty if no pixel has moved
   */
  Optional<int[]> origins(int height, int width, int place);
}
