package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A dataset of columns, as {@code TensorDataset} is in PyTorch.
 *
 * @param size the number of examples
 * @param spec of one example
 * @param columns by name; the transform applies to {@code input} and to labels of its pixels
 */
record ColumnDataset(int size, ExampleSpec spec, Map<String, Column> columns) implements Dataset {
  /** The column of {@link #domains}. */
  static final String DOMAIN = "domain";

  @Override
  public Optional<int[]> domains() {
    return columns.get(DOMAIN) instanceof IntColumn(int[] values, List<Integer> _)
        ? Optional.of(values.clone())
        : Optional.empty();
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    Map<String, ArrayData> arrays = new LinkedHashMap<>();
    columns.forEach(
        (name, column) -> {
          boolean isInput = name.equals("input");
          ArrayData gathered = column.gather(indices, isInput ? transform : ExampleTransform.NONE);
          if (!isInput) {
            PixelLabels.move(gathered, spec.sizes(), transform);
          }
          arrays.put(name, gathered);
        });
    return arrays;
  }
}
