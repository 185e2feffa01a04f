package io.troupe.nn.diffusers;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;

/**
 * How times become waves.
 *
 * @param features number of waves
 * @param cosinesFirst whether cosines come before sines: {@code flip_sin_to_cos}
 * @param freqShift subtracted from the number of frequencies
 */
public record TimeWaves(int features, boolean cosinesFirst, double freqShift) {
  private static final double LONGEST = 10_000;

  /**
   * The waves of times. Frequencies and angles are rounded to single precision as in diffusers,
   * because the angles of late times are large.
   *
   * @return (times, features)
   */
  Tensor of(double[] times, DType dtype) {
    int half = features / 2;
    double[] waves = new double[times.length * features]; // an odd last one stays 0
    for (int i = 0; i < times.length; i++) {
      for (int k = 0; k < half; k++) {
        float exponent = (float) (-Math.log(LONGEST) * k) / (float) (half - freqShift);
        double angle = (float) times[i] * (float) Math.exp(exponent);
        int at = i * features + k;
        waves[at + (cosinesFirst ? half : 0)] = Math.sin(angle);
        waves[at + (cosinesFirst ? 0 : half)] = Math.cos(angle);
      }
    }
    return Tensor.of(waves, times.length, features).to(dtype);
  }
}
