package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.List;

/**
 * Labels or ids of consecutive examples in memory.
 *
 * @param values never changed
 * @param sizes of one example; empty for one label per example
 */
@SuppressWarnings("ArrayRecordComponent")
record IntColumn(int[] values, List<Integer> sizes) implements Column {

  @Override
  public ArrayData gather(int[] indices, ExampleTransform transform) {
    int numel = Column.numel(sizes);
    int[] gathered = new int[Math.multiplyExact(indices.length, numel)];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(values, indices[i] * numel, gathered, i * numel, numel);
    }
    return new ArrayData.Ints(gathered, Column.batchSizes(indices.length, sizes));
  }
}
