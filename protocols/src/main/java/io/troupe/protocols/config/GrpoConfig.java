package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.OptionalDouble;

/**
 * The GRPO objective, with the names and defaults of TRL's {@code GRPOConfig}.
 *
 * <p>Difference from TRL: a batch is divided into micro-batches by a token budget, and the result
 * does not depend on the division; {@code bnpo} therefore counts the tokens of the whole batch.
 *
 * @param numGenerations samples per prompt, at least 2
 * @param maxCompletionLength maximum number of tokens of a completion, at least 1; {@code dr_grpo}
 *     divides by it
 * @param temperature divides the logits, for sampling and for the log-probabilities; above 0
 * @param sampling how completions are sampled, beyond the temperature
 * @param beta weight of the KL divergence from the reference model; 0: no reference model is needed
 * @param useBiasCorrectionKl whether the KL term of a token is multiplied by its ratio, so that its
 *     gradient is that of the reverse KL divergence, on-policy too (DeepSeek-V3.2,
 *     arXiv:2512.02556)
 * @param numIterations optimizer steps per batch, at least 1
 * @param epsilon the ratio is clipped below at 1 - epsilon, in [0, 1]
 * @param epsilonHigh the ratio is clipped above at 1 + this; empty: the same as {@code epsilon}
 * @param delta upper bound of the ratio where the advantage is negative (two-sided clipping,
 *     arXiv:2505.07291); empty: none
 * @param lossType how the losses of tokens are combined
 * @param scaleRewards divisor of the advantages
 * @param maskTruncatedCompletions whether completions that ended at the length limit are excluded
 *     from the loss
 * @param microBatchTokens packed tokens per forward and backward pass, 0 to derive them from the
 *     model; one sample with its prompt is never divided, however long
 * @param gradientShards parts of a batch, by sample number, whose gradients are summed separately
 *     and then added up in the order of a fixed tree; 1 to {@value #MAX_GRADIENT_SHARDS}
 * @param gradientCheckpointing whether the backward pass computes activations again
 * @param logitsBytes memory for the logits of a pass, in bytes; a pass computes them in parts that
 *     fit, of one row at least
 */
public record GrpoConfig(
    int numGenerations,
    int maxCompletionLength,
    double temperature,
    SamplingConfig sampling,
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
    int gradientShards,
    boolean gradientCheckpointing,
    long logitsBytes) {

  /** The most gradient shards of a batch. */
  public static final int MAX_GRADIENT_SHARDS = 64;

  static final Section SECTION =
      Section.of("grpo", "The GRPO objective, with TRL's names and defaults.");

  private static final Key<Integer> NUM_GENERATIONS =
      SECTION.add(
          "num-generations",
          ValueType.INT,
          8,
          Range.<Integer>atLeast(2).advise("advantages compare completions of one prompt"),
          "Number of samples per prompt.");
  private static final Key<Integer> MAX_COMPLETION_LENGTH =
      SECTION.add(
          "max-completion-length",
          ValueType.INT,
          512,
          Range.atLeast(1),
          "Maximum number of tokens per completion.");
  private static final Key<Double> TEMPERATURE =
      SECTION.add(
          "temperature",
          ValueType.DOUBLE,
          1.0,
          Range.above(0),
          "Divides the logits, in sampling and in training.");

  /** How completions are sampled. */
  static final SamplingKeys SAMPLING = new SamplingKeys(SECTION);

  private static final Key<Double> BETA =
      SECTION.add(
          "beta",
          ValueType.DOUBLE,
          0.0,
          Range.atLeast(0),
          "Weight of the KL divergence from the initial policy. 0: no reference model is loaded.");
  private static final Key<Boolean> USE_BIAS_CORRECTION_KL =
      SECTION.add(
          "use-bias-correction-kl",
          ValueType.BOOLEAN,
          true,
          "Multiply the KL term by the ratio, so that its gradient is unbiased. No effect if beta"
              + " is 0.");
  private static final Key<Integer> NUM_ITERATIONS =
      SECTION.add(
          "num-iterations", ValueType.INT, 1, Range.atLeast(1), "Optimizer steps per batch.");
  private static final Key<Double> EPSILON =
      SECTION.add(
          "epsilon",
          ValueType.DOUBLE,
          0.2,
          Range.between(0, 1),
          "The ratio is clipped below at 1 - epsilon.");
  private static final Key<OptionalDouble> EPSILON_HIGH =
      SECTION.add(
          "epsilon-high",
          ValueType.OPTIONAL_DOUBLE,
          OptionalDouble.empty(),
          Range.ifPresent(Range.atLeast(0)),
          "The ratio is clipped above at 1 + epsilon-high. Unset: epsilon.");
  private static final Key<OptionalDouble> DELTA =
      SECTION.add(
          "delta",
          ValueType.OPTIONAL_DOUBLE,
          OptionalDouble.empty(),
          Range.ifPresent(Range.<Double>above(0).advise("best above 1 + epsilon")),
          "Upper bound of the ratio for negative advantages (two-sided clipping). Unset: none.");
  private static final Key<LossType> LOSS_TYPE =
      SECTION.add(
          "loss-type",
          ValueType.choice(LossType.BY_NAME),
          new LossType.Dapo(),
          "How the losses of tokens are combined: grpo, bnpo, dr_grpo or dapo.");
  private static final Key<ScaleRewards> SCALE_REWARDS =
      SECTION.add(
          "scale-rewards",
          ValueType.choice(ScaleRewards.BY_NAME),
          new ScaleRewards.ByGroup(),
          "Divisor of the advantages: standard deviation of the rewards of the group, of the batch,"
              + " or none.");
  private static final Key<Boolean> MASK_TRUNCATED_COMPLETIONS =
      SECTION.add(
          "mask-truncated-completions",
          ValueType.BOOLEAN,
          false,
          "Exclude completions that ended at the length limit from the loss.");
  private static final Key<Integer> MICRO_BATCH_TOKENS =
      SECTION.add(
          "micro-batch-tokens",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Maximum number of packed tokens per forward and backward pass. The result depends on it"
              + " only by rounding. 0: as many as have about 4 GiB of activations, at most 8192.");
  private static final Key<Integer> GRADIENT_SHARDS =
      SECTION.add(
          "gradient-shards",
          ValueType.INT,
          1,
          Range.between(1, MAX_GRADIENT_SHARDS),
          "Number of parts of a batch whose gradients are summed separately, at most the samples"
              + " per step. Several learners divide the parts among themselves; the result depends"
              + " on the number of parts by rounding, never on the number of learners. Each part"
              + " has passes of its own, so divide groups-per-step by it without remainder.");
  private static final Key<Boolean> GRADIENT_CHECKPOINTING =
      SECTION.add(
          "gradient-checkpointing",
          ValueType.BOOLEAN,
          false,
          "Compute the activations of each layer again in the backward pass instead of keeping"
              + " them: much less memory, about a quarter more training time. The result does not"
              + " depend on it.");
  private static final Key<Long> LOGITS_BYTES =
      SECTION.add(
          "logits-bytes",
          ValueType.BYTES,
          256L << 20,
          Range.atLeast(1),
          "Maximum memory for the logits of a pass, of which one block of at most 384 rows is"
              + " computed at once in any case. The result does not depend on it.");

  /** Checks every range. */
  public GrpoConfig {
    NUM_GENERATIONS.check(numGenerations);
    MAX_COMPLETION_LENGTH.check(maxCompletionLength);
    TEMPERATURE.check(temperature);
    BETA.check(beta);
    NUM_ITERATIONS.check(numIterations);
    EPSILON.check(epsilon);
    EPSILON_HIGH.check(epsilonHigh);
    DELTA.check(delta);
    MICRO_BATCH_TOKENS.check(microBatchTokens);
    GRADIENT_SHARDS.check(gradientShards);
    LOGITS_BYTES.check(logitsBytes);
  }

  /** TRL's defaults. */
  public static GrpoConfig defaults() {
    return from(ConfigFactory.empty());
  }

  /**
   * Reads the section {@code grpo}; a missing key has TRL's default.
   *
   * @throws IllegalArgumentException naming the key, if a value has the wrong type or is out of
   *     range
   */
  public static GrpoConfig from(Config config) {
    return new GrpoConfig(
        NUM_GENERATIONS.read(config),
        MAX_COMPLETION_LENGTH.read(config),
        TEMPERATURE.read(config),
        SAMPLING.read(config),
        BETA.read(config),
        USE_BIAS_CORRECTION_KL.read(config),
        NUM_ITERATIONS.read(config),
        EPSILON.read(config),
        EPSILON_HIGH.read(config),
        DELTA.read(config),
        LOSS_TYPE.read(config),
        SCALE_REWARDS.read(config),
        MASK_TRUNCATED_COMPLETIONS.read(config),
        MICRO_BATCH_TOKENS.read(config),
        GRADIENT_SHARDS.read(config),
        GRADIENT_CHECKPOINTING.read(config),
        LOGITS_BYTES.read(config));
  }

  /** The settings of the decoders that sample completions. */
  public GenerationConfig generation() {
    return sampling.generation(maxCompletionLength, temperature);
  }

  /** The width of the clip range above 1: {@link #epsilonHigh}, or {@link #epsilon}. */
  public double upperEpsilon() {
    return epsilonHigh.orElse(epsilon);
  }
}
