package io.troupe.protocols.config;

import com.typesafe.config.Config;

/**
 * The rollout actors and the limits of their decoders.
 *
 * @param numActors number of rollout actors, each with its own copy of the weights
 * @param maxBatchSequences maximum number of sequences in a forward pass
 * @param maxCachedTokens maximum number of tokens in a decoder's KV cache; 0 to derive it from the
 *     model and the batch
 * @param maxPrefillTokens maximum number of prompt tokens in a forward pass
 * @param maxAttempts maximum number of attempts to generate a group before it is dropped
 */
public record RolloutConfig(
    int numActors,
    int maxBatchSequences,
    int maxCachedTokens,
    int maxPrefillTokens,
    int maxAttempts) {

  static final Section SECTION =
      Section.of("rollout", "Rollout actors and the limits of their decoders.");

  private static final Key<Integer> NUM_ACTORS =
      SECTION.add(
          "num-actors",
          ValueType.INT,
          1,
          Range.atLeast(1),
          "Number of rollout actors, each with its own copy of the weights.");
  private static final Key<Integer> MAX_BATCH_SEQUENCES =
      SECTION.add(
          "max-batch-sequences",
          ValueType.INT,
          64,
          Range.atLeast(1),
          "Maximum number of sequences in a forward pass.");
  private static final Key<Integer> MAX_CACHED_TOKENS =
      SECTION.add(
          "max-cached-tokens",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Maximum number of tokens in a decoder's KV cache. 0: derived from the model and the"
              + " batch.");
  private static final Key<Integer> MAX_PREFILL_TOKENS =
      SECTION.add(
          "max-prefill-tokens",
          ValueType.INT,
          2048,
          Range.atLeast(1),
          "Maximum number of prompt tokens in a forward pass.");
  private static final Key<Integer> MAX_ATTEMPTS =
      SECTION.add(
          "max-attempts",
          ValueType.INT,
          3,
          Range.atLeast(1),
          "Maximum number of attempts to generate a group. A group is dropped after as many rollout"
              + " actors have failed with it.");

  /** Checks the ranges. */
  public RolloutConfig {
    NUM_ACTORS.check(numActors);
    MAX_BATCH_SEQUENCES.check(maxBatchSequences);
    MAX_CACHED_TOKENS.check(maxCachedTokens);
    MAX_PREFILL_TOKENS.check(maxPrefillTokens);
    MAX_ATTEMPTS.check(maxAttempts);
  }

  /** Reads the section {@code rollout}; a missing key has its default. */
  public static RolloutConfig from(Config config) {
    return new RolloutConfig(
        NUM_ACTORS.read(config),
        MAX_BATCH_SEQUENCES.read(config),
        MAX_CACHED_TOKENS.read(config),
        MAX_PREFILL_TOKENS.read(config),
        MAX_ATTEMPTS.read(config));
  }
}
