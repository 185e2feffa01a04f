package io.troupe.nn.layers;

import java.util.List;

/**
 * The frequencies of rotary position embeddings (arXiv:2104.09864), under the names of
 * transformers' {@code rope_parameters}. {@link RotaryFrequencies} computes them.
 *
 * @param ropeTheta base of the geometric series of frequencies, normally 10000
 * @param scaling the method that extends the context of a trained model
 */
public record RotaryParameters(double ropeTheta, Scaling scaling) {

  /** A method that extends the context of a trained model. */
  public sealed interface Scaling {}

  /** No scaling. */
  public record Unscaled() implements Scaling {}

  /**
   * All frequencies are divided by a factor (arXiv:2306.15595).
   *
   * @param factor above 0
   */
  public record Linear(double factor) implements Scaling {}

  /**
   * NTK scaling: beyond the original context, the base grows with the length of the sequence.
   *
   * @param factor above 0
   * @param originalMaxPositionEmbeddings the context of the trained model
   */
  public record Dynamic(double factor, int originalMaxPositionEmbeddings) implements Scaling {}

  /**
   * YaRN (arXiv:2309.00071): low frequencies are divided by a factor, high ones are kept, and those
   * between are interpolated.
   *
   * @param factor divides the low frequencies
   * @param attentionFactor multiplies cosines and sines
   * @param betaFast rotations over the original context above which a frequency is high
   * @param betaSlow rotations over the original context below which a frequency is low
   * @param originalMaxPositionEmbeddings the context of the trained model
   * @param truncate whether the bounds of the interpolation are rounded to whole dimensions
   */
  public record Yarn(
      double factor,
      double attentionFactor,
      double betaFast,
      double betaSlow,
      int originalMaxPositionEmbeddings,
      boolean truncate)
      implements Scaling {}

  /**
   * LongRoPE (arXiv:2402.13753): each frequency has its own divisor, from one list for sequences
   * within the original context and from another for longer ones.
   *
   * @param shortFactor divisors within the original context, one per frequency
   * @param longFactor divisors beyond it, one per frequency
   * @param attentionFactor multiplies cosines and sines
   * @param originalMaxPositionEmbeddings the context of the trained model
   */
  public record LongRope(
      List<Double> shortFactor,
      List<Double> longFactor,
      double attentionFactor,
      int originalMaxPositionEmbeddings)
      implements Scaling {
    /** Copies the lists. */
    public LongRope {
      shortFactor = List.copyOf(shortFactor);
      longFactor = List.copyOf(longFactor);
    }
  }

  /**
   * Llama 3.1: low frequencies are divided by a factor, high ones are kept, and those between are
   * interpolated.
   *
   * @param factor divides the low frequencies
   * @param lowFreqFactor wavelengths above {@code originalMaxPositionEmbeddings / lowFreqFactor}
   *     have low frequencies
   * @param highFreqFactor wavelengths below {@code originalMaxPositionEmbeddings / highFreqFactor}
   *     have high frequencies
   * @param originalMaxPositionEmbeddings the context of the trained model
   */
  public record Llama3(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositionEmbeddings)
      implements Scaling {}

  /** Unscaled frequencies. */
  public static RotaryParameters of(double ropeTheta) {
    return new RotaryParameters(ropeTheta, new Unscaled());
  }

  /** The factor that multiplies cosines and sines. */
  public double attentionFactor() {
    return switch (scaling) {
      case Unscaled _, Linear _, Dynamic _, Llama3 _ -> 1;
      case Yarn yarn -> yarn.attentionFactor();
      case LongRope longRope -> longRope.attentionFactor();
    };
  }

  /**
   * The length up to which the frequencies do not depend on the length of a sequence; {@link
   * Integer#MAX_VALUE} if they never do.
   */
  public int maxUnscaledLength() {
    return switch (scaling) {
      case Unscaled _, Linear _, Llama3 _, Yarn _ -> Integer.MAX_VALUE;
      case Dynamic dynamic -> dynamic.originalMaxPositionEmbeddings();
      case LongRope longRope -> longRope.originalMaxPositionEmbeddings();
    };
  }
}
