package io.troupe.tensor.cpu.pooling;

import io.troupe.tensor.backend.PoolSpans;
import io.troupe.tensor.backend.Window;
import io.troupe.tensor.cpu.images.ConvolutionShape;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.Memory;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling of planes of floats by a moving window, a vector of neighboring windows at a time. A
 * plane is first copied to a padded form, in which neighboring windows read neighbors in memory
 * ({@link PaddedImages}); padding is -infinity, which nothing is smaller than.
 */
final class WindowMax {
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, Lanes.SPECIES.vectorShape());

  private final PoolSpans rows;
  private final PoolSpans columns;
  private final PaddedImages images;
  private final long[] offsets;
  private final int[] indices;
  private final int[] starts;

  /** Pooling of planes of {@code height} by {@code width}. */
  WindowMax(int height, int width, PoolSpans rows, PoolSpans columns) {
    this.rows = rows;
    this.columns = columns;
    Window window = new Window(rows.window(), columns.window());
    ConvolutionShape s =
        new ConvolutionShape(1, 1, height, width, 1, rows.size(), columns.size(), window, 1, 1);
    this.images = PaddedImages.of(s);
    this.offsets = images.offsets();
    this.indices = new int[offsets.length];
    for (int k = 0; k < indices.length; k++) {
      int down = k / columns.window().kernel() * rows.window().dilation();
      int across = k % columns.window().kernel() * columns.window().dilation();
      indices[k] = down * width + across;
    }
    this.starts = java.util.Arrays.copyOf(columns.from(), columns.size() + Lanes.COUNT);
  }

  /** Bytes of scratch memory that a plane takes, with room for vectors at its end. */
  long bytes() {
    return images.planeBytes() + 8L * Lanes.COUNT;
  }

  /** Pools one plane. */
  void plane(long out, long places, long x, long scratch) {
    ConvolutionShape s = images.s();
    fill(scratch);
    images.copyIn(scratch + rows.window().padding() * images.rowBytes(), x, s.height());
    for (int i = 0; i < rows.size(); i++) {
      long windows = scratch + (long) i * rows.window().stride() * images.rowBytes();
      int top = i * rows.window().stride() - rows.window().padding();
      long at = 4L * i * columns.size();
      row(out + at, places + at, windows, top * s.width(), rows.from()[i] * s.width());
    }
  }

  private void fill(long scratch) {
    FloatVector least = Lanes.all(Float.NEGATIVE_INFINITY);
    for (long at = 0; at < images.planeBytes(); at += 4L * Lanes.COUNT) {
      Lanes.store(least, scratch + at);
    }
  }

  private void row(long out, long places, long windows, int top, int firstRow) {
    int stride = columns.window().stride();
    IntVector lanes = IntVector.zero(INTS).addIndex(stride);
    for (int j = 0; j < columns.size(); j += Lanes.COUNT) {
      FloatVector max = Lanes.all(Float.NEGATIVE_INFINITY);
      IntVector place = IntVector.fromArray(INTS, starts, j).add(firstRow);
      IntVector corner = lanes.add(top + j * stride - columns.window().padding());
      for (int k = 0; k < offsets.length; k++) {
        FloatVector value = Lanes.load(windows + offsets[k] + 4L * j);
        VectorMask<Float> wins =
            value.compare(VectorOperators.GT, max).or(value.test(VectorOperators.IS_NAN));
        max = max.blend(value, wins);
        place = place.blend(corner.add(indices[k]), wins.cast(INTS));
      }
      if (j + Lanes.COUNT <= columns.size()) {
        Lanes.store(max, out + 4L * j);
        place.intoMemorySegment(Memory.ALL, places + 4L * j, java.nio.ByteOrder.nativeOrder());
      } else {
        VectorMask<Float> rest = Lanes.first(columns.size() - j);
        Lanes.store(max, out + 4L * j, rest);
        place.intoMemorySegment(
            Memory.ALL, places + 4L * j, java.nio.ByteOrder.nativeOrder(), rest.cast(INTS));
      }
    }
  }
}
