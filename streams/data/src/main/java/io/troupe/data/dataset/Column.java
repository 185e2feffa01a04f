package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;

/** One array of every example, such as its pixels or its label. */
interface Column {
  /**
   * The concatenated values of some examples.
   *
   * @param transform applied to each example, if the column is an input of numbers
   */
  ArrayData gather(int[] indices, ExampleTransform transform);

  /** The sizes of a batch: its examples, then those of one example. */
  static int[] batchSizes(int batch, java.util.List<Integer> sizes) {
    int[] all = new int[sizes.size() + 1];
    all[0] = batch;
    for (int i = 0; i < sizes.size(); i++) {
      all[i + 1] = sizes.get(i);
    }
    return all;
  }

  /** The number of values of one example. */
  static int numel(java.util.List<Integer> sizes) {
    int numel = 1;
    for (int size : sizes) {
      numel = Math.multiplyExact(numel, size);
    }
    return numel;
  }
}
