package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.OptionalDouble;

/**
 * The GRPO objective, with the names and defaults of TRL's {@code GRPOConfig}.
 *
 * <p>Difference from TRL: a batch is cut into micro-batches by a token budget, and the result does
 * not depend on the cut; {@code bnpo} therefore counts the tokens of the whole batch.
 *
 * @param numGenerations samples of each prompt, at least 2
 * @param maxCompletionLength tokens that a completion may have, at least 1; {@code dr_grpo} divides
 *     by it
 * @param temperature divides the logits, for sampling and for the log-probabilities; above 0
 * @param beta weight of the KL divergence from the reference model; 0: no reference model is needed
 * @param useBiasCorrectionKl whether the KL term of a token is multiplied by its ratio, so that its
 *     gradient is that of the reverse KL divergence, on-policy too (DeepSeek-V3.2,
 *     arXiv:2512.02556)
 * @param numIterations optimizer steps per batch, at least 1
 * @param epsilon the ratio is clipped below at 1 - epsilon, in [0, 1]
 * @param epsilonHigh the ratio is clipped above at 1 + this; empty: the same as {@code epsilon}
 * @param delta upper bound of the ratio where the advantage is negative (two-sided clipping,
 *     arXiv:2505.07291); empty: none
 * @param lossType how the losses of tokens become one
 * @param scaleRewards what advantages are divided by
 * @param maskTruncatedCompletions whether completions that ended at the length limit are left out
 *     of the loss
 * @param microBatchTokens packed tokens per forward and backward pass, at least 1; one sample with
 *     its prompt is never cut, however long
 * @param logitsBytes memory for the logits of a pass, in bytes; a pass computes them in parts that
 *     fit, of one row at least
 */
public record GrpoConfig(
    int numGenerations,
    int maxCompletionLength,
    double temperature,
    double beta,
    boolean useBiasCorrectionKl,
    int numIterations,
    double epsilon,
    OptionalDouble epsilonHigh,
    OptionalDouble delta,
    LossType lossType,
    ScaleRewards scaleRewards,
    boolean maskTruncatedCompletions,
    int microBatchTokens,
    long logitsBytes) {

  /** Checks every range. */
  public GrpoConfig {
    if (numGenerations < 2) {
      throw new IllegalArgumentException(
          "num-generations="
              + numGenerations
              + ", but advantages compare completions of one prompt: set num-generations to 2 or"
              + " more");
    }
    Settings.require(
        maxCompletionLength >= 1, "max-completion-length", maxCompletionLength, "wants 1 or more");
    Settings.require(
        Settings.isPositive(temperature), "temperature", temperature, "wants a number above 0");
    Settings.require(Settings.isNotNegative(beta), "beta", beta, "wants 0 or more");
    Settings.require(numIterations >= 1, "num-iterations", numIterations, "wants 1 or more");
    Settings.require(epsilon >= 0 && epsilon <= 1, "epsilon", epsilon, "wants 0 to 1");
    if (epsilonHigh.isPresent()) {
      double high = epsilonHigh.getAsDouble();
      Settings.require(Settings.isNotNegative(high), "epsilon-high", high, "wants 0 or more");
    }
    if (delta.isPresent()) {
      double bound = delta.getAsDouble();
      Settings.require(
          Settings.isPositive(bound),
          "delta",
          bound,
          "wants a ratio above 0, best above 1 + epsilon");
    }
    Settings.require(
        microBatchTokens >= 1, "micro-batch-tokens", microBatchTokens, "wants 1 or more");
    Settings.require(logitsBytes >= 1, "logits-bytes", logitsBytes, "wants 1 or more");
  }

  /** TRL's defaults. */
  public static GrpoConfig defaults() {
    return from(ConfigFactory.empty());
  }

  /**
   * Reads the keys {@code num-generations}, {@code max-completion-length}, {@code temperature},
   * {@code beta}, {@code use-bias-correction-kl}, {@code num-iterations}, {@code epsilon}, {@code
   * epsilon-high}, {@code delta}, {@code loss-type}, {@code scale-rewards}, {@code
   * mask-truncated-completions}, {@code micro-batch-tokens} and {@code logits-bytes}; missing ones
   * have TRL's defaults.
   *
   * @throws IllegalArgumentException naming the key, if a value is out of range
   */
  public static GrpoConfig from(Config config) {
    Settings settings = new Settings(config);
    return new GrpoConfig(
        settings.count("num-generations", 8),
        settings.count("max-completion-length", 512),
        settings.number("temperature", 1.0),
        settings.number("beta", 0.0),
        settings.flag("use-bias-correction-kl", true),
        settings.count("num-iterations", 1),
        settings.number("epsilon", 0.2),
        settings.optionalNumber("epsilon-high"),
        settings.optionalNumber("delta"),
        LossType.named(settings.text("loss-type", "dapo")),
        ScaleRewards.named(settings.text("scale-rewards", "group")),
        settings.flag("mask-truncated-completions", false),
        settings.count("micro-batch-tokens", 8192),
        settings.bytes("logits-bytes", 256L << 20));
  }

  /** The width of the clip range above 1: {@link #epsilonHigh}, or {@link #epsilon}. */
  public double upperEpsilon() {
    return epsilonHigh.orElse(epsilon);
  }
}
