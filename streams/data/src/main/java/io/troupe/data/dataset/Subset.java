package io.troupe.data.dataset;

import io.troupe.protocols.batch.ArrayData;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Some examples of another dataset, in another order. */
final class Subset implements Dataset {
  private final Dataset dataset;
  private final int[] indices;

  Subset(Dataset dataset, int[] indices) {
    this.dataset = dataset;
    this.indices = indices.clone();
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public ExampleSpec spec() {
    return dataset.spec();
  }

  @Override
  public Optional<int[]> domains() {
    return dataset.domains().map(all -> Arrays.stream(indices).map(i -> all[i]).toArray());
  }

  @Override
  public Map<String, ArrayData> batch(int[] wanted, ExampleTransform transform) {
    int[] inner = new int[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      inner[i] = indices[wanted[i]];
    }
    return dataset.batch(inner, transform);
  }
}
