package io.troupe.streams.batch;

import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.Dataset;
import io.troupe.data.dataset.ExampleSpec;
import io.troupe.data.dataset.ExampleTransform;
import io.troupe.protocols.batch.ArrayData;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A dataset of 1x2x2 images that encode their index. Counts the batches read from it. */
final class CountingDataset implements Dataset {
  private static final List<Integer> SIZES = List.of(1, 2, 2);

  final AtomicInteger read = new AtomicInteger();
  private final int size;
  private final int damagedIndex;

  CountingDataset(int size) {
    this(size, -1);
  }

  /** A dataset whose example at {@code damagedIndex} cannot be read. */
  CountingDataset(int size, int damagedIndex) {
    this.size = size;
    this.damagedIndex = damagedIndex;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public ExampleSpec spec() {
    return new ExampleSpec(ExampleSpec.Kind.IMAGE, SIZES, 0, List.of());
  }

  @Override
  public Map<String, ArrayData> batch(int[] indices, ExampleTransform transform) {
    read.incrementAndGet();
    float[] values = new float[4 * indices.length];
    for (int i = 0; i < indices.length; i++) {
      if (indices[i] == damagedIndex) {
        throw new DataFormatException("example " + damagedIndex + " is damaged");
      }
      for (int pixel = 0; pixel < 4; pixel++) {
        values[4 * i + pixel] = (indices[i] + pixel * 0.25f) / size;
      }
      transform.apply(values, 4 * i, SIZES, i);
    }
    return Map.of("input", new ArrayData.Floats(values, indices.length, 1, 2, 2));
  }
}
