package io.troupe.nn.layers;

import io.troupe.nn.layers.RotaryParameters.Dynamic;
import io.troupe.nn.layers.RotaryParameters.Linear;
import io.troupe.nn.layers.RotaryParameters.Llama3;
import io.troupe.nn.layers.RotaryParameters.LongRope;
import io.troupe.nn.layers.RotaryParameters.Unscaled;
import io.troupe.nn.layers.RotaryParameters.Yarn;
import java.util.List;

/**
 * Computes the frequencies of rotary position embeddings: the angle per position, in radians, of
 * each pair of dimensions. The arithmetic is in fp32 and in the order of transformers, since
 * another rounding would rotate distant positions by a visible angle.
 *
 * @param parameters base and scaling
 * @param rotaryDim rotated dimensions of a head, even
 */
record RotaryFrequencies(RotaryParameters parameters, int rotaryDim) {
  /**
   * The frequencies for a sequence.
   *
   * @param length positions of the sequence; without effect up to {@link
   *     RotaryParameters#maxUnscaledLength}
   * @return rotaryDim / 2 frequencies
   */
  float[] forLength(int length) {
    float theta = (float) parameters.ropeTheta();
    return switch (parameters.scaling()) {
      case Unscaled() -> inverse(powers(theta));
      case Linear(double factor) -> divided(inverse(powers(theta)), (float) factor);
      case Llama3 llama3 -> llama3(llama3, inverse(powers(theta)));
      case Dynamic dynamic -> inverse(powers(base(dynamic, length)));
      case Yarn yarn -> yarn(yarn, powers(theta));
      case LongRope longRope ->
          scaled(
              powers(theta),
              length > longRope.originalMaxPositionEmbeddings()
                  ? longRope.longFactor()
                  : longRope.shortFactor());
    };
  }

  /** The base to the power of 0, 2/rotaryDim, 4/rotaryDim and so on. */
  private float[] powers(float base) {
    float[] powers = new float[rotaryDim / 2];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = (float) Math.pow(base, (float) (2 * i) / rotaryDim);
    }
    return powers;
  }

  private static float[] inverse(float[] powers) {
    float[] inverse = new float[powers.length];
    for (int i = 0; i < inverse.length; i++) {
      inverse[i] = 1f / powers[i];
    }
    return inverse;
  }

  private static float[] divided(float[] frequencies, float factor) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factor;
    }
    return frequencies;
  }

  private static float[] scaled(float[] powers, List<Double> factors) {
    float[] frequencies = new float[powers.length];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1f / (factors.get(i).floatValue() * powers[i]);
    }
    return frequencies;
  }

  /** The base of NTK scaling; the original base within the original context. */
  private float base(Dynamic dynamic, int length) {
    float theta = (float) parameters.ropeTheta();
    int original = dynamic.originalMaxPositionEmbeddings();
    if (length <= original) {
      return theta;
    }
    float growth = (float) dynamic.factor() * length / original - (float) (dynamic.factor() - 1);
    return theta * (float) Math.pow(growth, (float) ((double) rotaryDim / (rotaryDim - 2)));
  }

  private static float[] llama3(Llama3 scaling, float[] frequencies) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = llama3(scaling, frequencies[i]);
    }
    return frequencies;
  }

  private static float llama3(Llama3 scaling, float frequency) {
    double original = scaling.originalMaxPositionEmbeddings();
    float wavelength = (float) (2 * Math.PI) / frequency;
    if (wavelength < original / scaling.highFreqFactor()) {
      return frequency;
    }
    float low = frequency / (float) scaling.factor();
    if (wavelength > original / scaling.lowFreqFactor()) {
      return low;
    }
    float smooth =
        ((float) original / wavelength - (float) scaling.lowFreqFactor())
            / (float) (scaling.highFreqFactor() - scaling.lowFreqFactor());
    return (1 - smooth) * low + smooth * frequency;
  }

  private float[] yarn(Yarn yarn, float[] powers) {
    double low = dimension(yarn.betaFast(), yarn.originalMaxPositionEmbeddings());
    double high = dimension(yarn.betaSlow(), yarn.originalMaxPositionEmbeddings());
    if (yarn.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, rotaryDim - 1);
    float width = (float) ((high == low ? high + 0.001 : high) - low);
    float[] frequencies = new float[powers.length];
    for (int i = 0; i < frequencies.length; i++) {
      float ramp = Math.clamp((i - (float) low) / width, 0f, 1f);
      float kept = 1 - ramp; // the share of the original frequency
      float interpolated = 1f / ((float) yarn.factor() * powers[i]);
      frequencies[i] = interpolated * (1 - kept) + 1f / powers[i] * kept;
    }
    return frequencies;
  }

  /** The dimension, not rounded, whose frequency makes so many rotations over a context. */
  private double dimension(double rotations, int context) {
    return rotaryDim
        * Math.log(context / (rotations * 2 * Math.PI))
        / (2 * Math.log(parameters.ropeTheta()));
  }
}
