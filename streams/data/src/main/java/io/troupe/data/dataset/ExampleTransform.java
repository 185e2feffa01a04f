package io.troupe.data.dataset;

import java.util.List;
import java.util.Optional;

/** Changes the input of one example, and what belongs to its pixels, such as an augmentation. */
public interface ExampleTransform {
  /** Leaves every example as it is. */
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
   * @param offset where the example begins in it
   * @param sizes of one example, such as (channels, height, width)
   * @param place of the example in the batch, from 0
   */
  void apply(float[] values, int offset, List<Integer> sizes, int place);

  /**
   * Where the pixels of an example have been before {@link #apply}, for what is known of each.
   *
   * @param height of the example's picture
   * @param width of the example's picture
   * @param place of the example in the batch, from 0
   * @return by pixel, row after row, its place before in this order; below 0 if it came in from
   *     outside; empty if each is where it was
   */
  Optional<int[]> origins(int height, int width, int place);
}
