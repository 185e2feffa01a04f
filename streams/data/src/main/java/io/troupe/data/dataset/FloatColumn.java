package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.List;

/**
 * Numbers, which are read, transformed and then normalized.
 *
 * @param values source of the numbers
 * @param sizes of one example
 * @param normalization applied last
 */
record FloatColumn(ExampleValues values, List<Integer> sizes, Normalization normalization)
    implements Column {

  @Override
  public ArrayData gather(int[] indices, ExampleTransform transform) {
    int numel = Column.numel(sizes);
    float[] gathered = new float[Math.multiplyExact(indices.length, numel)];
    for (int i = 0; i < indices.length; i++) {
      values.read(indices[i], gathered, i * numel);
      transform.apply(gathered, i * numel, sizes, i);
    }
    normalization.apply(gathered, sizes);
    return new ArrayData.Floats(gathered, Column.batchSizes(indices.length, sizes));
  }
}
