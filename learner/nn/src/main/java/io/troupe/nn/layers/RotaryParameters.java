package io.troupe.nn.layers;

/**
 * How fast the dimensions of a head turn with the position (arXiv:2104.09864).
 *
 * @param ropeTheta base of the geometric series of frequencies, normally 10000
 * @param scaling how a model was stretched to longer sequences than it was first trained on
 */
public record RotaryParameters(double ropeTheta, Scaling scaling) {

  /** What is done to the frequencies. */
  public sealed interface Scaling {}

  /** Nothing. */
  public record Unscaled() implements Scaling {}

  /**
   * Positions are divided (arXiv:2306.15595).
   *
   * @param factor above 0
   */
  public record Linear(double factor) implements Scaling {}

  /**
   * Llama 3.1's: slow frequencies are divided, fast ones kept, those between blended.
   *
   * @param factor divides the slow frequencies
   * @param lowFreqFactor wavelengths above {@code originalMaxPositionEmbeddings / lowFreqFactor}
   *     are slow
   * @param highFreqFactor wavelengths below {@code originalMaxPositionEmbeddings / highFreqFactor}
   *     are fast
   * @param originalMaxPositionEmbeddings the context that the model was first trained on
   */
  public record Llama3(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositionEmbeddings)
      implements Scaling {}

  /** Unscaled frequencies. */
  public static RotaryParameters of(double ropeTheta) {
    return new RotaryParameters(ropeTheta, new Unscaled());
  }

  /**
   * The turn per position of each pair of dimensions, in radians. Rounded to fp32 as transformers
   * rounds it, since a different rounding turns far positions by a visible angle.
   *
   * @param rotaryDim dimensions that turn, even
   * @return rotaryDim / 2 frequencies
   */
  public float[] inverseFrequencies(int rotaryDim) {
    float[] inverse = new float[rotaryDim / 2];
    for (int i = 0; i < inverse.length; i++) {
      float exponent = (float) (2 * i) / rotaryDim;
      inverse[i] = scale(1f / (float) Math.pow((float) ropeTheta, exponent));
    }
    return inverse;
  }

  private float scale(float frequency) {
    return switch (scaling) {
      case Unscaled() -> frequency;
      case Linear(double factor) -> frequency / (float) factor;
      case Llama3 llama3 -> blend(llama3, frequency);
    };
  }

  private static float blend(Llama3 scaling, float frequency) {
    double original = scaling.originalMaxPositionEmbeddings();
    float wavelength = (float) (2 * Math.PI) / frequency;
    if (wavelength < original / scaling.highFreqFactor()) {
      return frequency;
    }
    float slow = frequency / (float) scaling.factor();
    if (wavelength > original / scaling.lowFreqFactor()) {
      return slow;
    }
    float smooth =
        ((float) original / wavelength - (float) scaling.lowFreqFactor())
            / (float) (scaling.highFreqFactor() - scaling.lowFreqFactor());
    return (1 - smooth) * slow + smooth * frequency;
  }
}
