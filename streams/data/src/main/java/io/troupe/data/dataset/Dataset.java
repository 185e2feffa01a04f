package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.Map;

/**
 * Examples in a fixed order, each a function of its index. Immutable as seen from outside; batches
 * may be made on several threads at once.
 */
public interface Dataset {
  /** The number of examples. */
  int size();

  /** What one example is. */
  ExampleSpec spec();

  /**
   * Some of the examples as arrays that nobody else holds: {@code input}, and {@code label} or
   * {@code target} where the data has them.
   *
   * @param indices of the examples, each below {@link #size}
   * @param transform applied to the input of each before it is normalised; labels of pixels move
   *     with it
   * @throws io.troupe.data.DataFormatException if a file that is read only now is damaged
   */
  Map<String, ArrayData> batch(int[] indices, ExampleTransform transform);

  /** Some of the examples, unchanged. */
  default Map<String, ArrayData> batch(int... indices) {
    return batch(indices, ExampleTransform.NONE);
  }

  /** The examples of some indices, as a dataset of their own. */
  default Dataset subset(int[] indices) {
    return new Subset(this, indices);
  }
}
