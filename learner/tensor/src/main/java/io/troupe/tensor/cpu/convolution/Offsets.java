package io.troupe.tensor.cpu.convolution;

import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.images.PaddedImages;
import io.troupe.tensor.memory.Memory;

/** The offsets of {@link PaddedImages#offsets} in memory, for generated code. */
final class Offsets {
  private Offsets() {}

  /** A temporary that holds the offsets as 64-bit integers. */
  static Tensor of(PaddedImages images) {
    long[] offsets = images.offsets();
    Tensor table = Tensor.empty(DType.FLOAT64, Shape.of(offsets.length));
    for (int k = 0; k < offsets.length; k++) {
      Memory.setLong(table.address() + (long) k * Long.BYTES, offsets[k]);
    }
    return table;
  }
}
