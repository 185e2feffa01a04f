package io.troupe.actors.supervised;

import io.troupe.data.dataset.Normalization;
import io.troupe.nn.layers.Layer;
import io.troupe.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Maps inputs with the normalization of one run to those with the normalization of another. */
final class Renormalization {
  private Renormalization() {}

  /**
   * From inputs with one normalization to inputs with another.
   *
   * @param rank of the inputs, (batch, channels, ...)
   */
  static Layer of(Normalization from, Normalization to, int rank) {
    if (from.equals(to)) {
      return x -> x;
    }
    int channels = Math.max(1, Math.max(from.mean().size(), to.mean().size()));
    float[] factors = new float[channels];
    float[] offsets = new float[channels];
    for (int c = 0; c < channels; c++) {
      double deviation = of(to.std(), c, 1);
      factors[c] = (float) (of(from.std(), c, 1) / deviation);
      offsets[c] = (float) ((of(from.mean(), c, 0) - of(to.mean(), c, 0)) / deviation);
    }
    int[] sizes = new int[rank];
    Arrays.fill(sizes, 1);
    sizes[1] = channels;
    return x -> x.mul(Tensor.of(factors, sizes)).add(Tensor.of(offsets, sizes));
  }

  /** The value of a channel; one value is for all channels. */
  private static double of(List<Double> values, int channel, double byDefault) {
    return values.isEmpty() ? byDefault : values.get(Math.min(channel, values.size() - 1));
  }
}
