package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.Map;
import java.util.Optional;

/**
 * Examples in a fixed order, each a function of its index. Immutable for callers; batches may be
 * made on several threads concurrently.
 */
public interface Dataset {
  /** The number of examples. */
  int size();

  /** The kind and sizes of one example. */
  ExampleSpec spec();

  /**
   * Some examples as newly allocated arrays: {@code input}, and {@code label} or {@code target} if
   * the data has them.
   *
   * @param indices of the examples, each below {@link #size}
   * @param transform applied to the input of each before it is normalized; labels of pixels move
   *     with it
   * @throws io.troupe.data.DataFormatException if a file that is read on demand is damaged
   */
  Map<String, ArrayData> batch(int[] indices, ExampleTransform transform);

  /** Some of the examples, unchanged. */
  default Map<String, ArrayData> batch(int... indices) {
    return batch(indices, ExampleTransform.NONE);
  }

  /**
   * The domain of each example, such as the position of its rendering; empty if all are of one
   * domain.
   */
  default Optional<int[]> domains() {
    return Optional.empty();
  }

  /** A dataset of the examples at some indices. */
  default Dataset subset(int[] indices) {
    return new Subset(this, indices);
  }
}
