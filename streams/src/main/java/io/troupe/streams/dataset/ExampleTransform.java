package io.troupe.streams.dataset;

import java.util.List;

/** Changes the input of one example, such as an augmentation. */
@FunctionalInterface
public interface ExampleTransform {
  /** Leaves every example as it is. */
  ExampleTransform NONE = (values, offset, sizes, place) -> {};

  /**
   * Changes an example in place.
   *
   * @param values of the batch
   * @param offset where the example begins in it
   * @param sizes of one example, such as (channels, height, width)
   * @param place of the example in the batch, from 0
   */
  void apply(float[] values, int offset, List<Integer> sizes, int place);
}
