package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * Limits of the decoder and of admission.
 *
 * @param maxBatchSequences maximum number of completions in a forward pass
 * @param maxCachedTokens capacity of the KV cache in tokens; 0 to derive it from the model
 * @param maxPrefillTokens maximum number of prompt tokens in a forward pass
 * @param enablePrefixCaching whether cached prompts are used again
 * @param maxRequests maximum number of admitted requests
 * @param maxPendingPromptTokens maximum number of prompt tokens of admitted requests
 * @param maxFirstTokenDelay maximum time by which other requests may delay a first token; 0: none
 * @param maxPrompts maximum number of prompts in a request
 * @param maxCompletions maximum number of completions of a prompt
 * @param outputBuffer maximum number of events that a request buffers for its reader
 */
public record LoadConfig(
    int maxBatchSequences,
    int maxCachedTokens,
    int maxPrefillTokens,
    boolean enablePrefixCaching,
    int maxRequests,
    int maxPendingPromptTokens,
    Duration maxFirstTokenDelay,
    int maxPrompts,
    int maxCompletions,
    int outputBuffer) {
  static final Section SECTION = Section.of("load", "Limits of the decoder and of admission.");

  private static final Key<Integer> MAX_BATCH_SEQUENCES =
      SECTION.add(
          "max-batch-sequences",
          ValueType.INT,
          64,
          Range.atLeast(1),
          "Maximum number of completions in a forward pass.");
  private static final Key<Integer> MAX_CACHED_TOKENS =
      SECTION.add(
          "max-cached-tokens",
          ValueType.INT,
          0,
          Range.atLeast(0),
          "Capacity of the KV cache in tokens. 0: derived from the model, the batch and the"
              + " memory of the machine.");
  private static final Key<Integer> MAX_PREFILL_TOKENS =
      SECTION.add(
          "max-prefill-tokens",
          ValueType.INT,
          256,
          Range.atLeast(1),
          "Maximum number of prompt tokens in a forward pass. Longer prompts take several passes,"
              + " in which the other requests go on.");
  private static final Key<Boolean> ENABLE_PREFIX_CACHING =
      SECTION.add(
          "enable-prefix-caching",
          ValueType.BOOLEAN,
          true,
          "Keep the keys and values of prompts and use them for prompts that begin alike.");
  private static final Key<Integer> MAX_REQUESTS =
      SECTION.add(
          "max-requests",
          ValueType.INT,
          256,
          Range.atLeast(1),
          "Maximum number of admitted requests, waiting ones included. More are refused (HTTP"
              + " 429).");
  private static final Key<Integer> MAX_PENDING_PROMPT_TOKENS =
      SECTION.add(
          "max-pending-prompt-tokens",
          ValueType.INT,
          1 << 18,
          Range.atLeast(1),
          "Maximum number of prompt tokens of the admitted requests together. More are refused"
              + " (HTTP 429).");
  private static final Key<Duration> MAX_FIRST_TOKEN_DELAY =
      SECTION.add(
          "max-first-token-delay",
          ValueType.DURATION,
          Duration.ZERO,
          new Range<>(
              time -> !time.isNegative() && time.compareTo(Duration.ofDays(365)) < 0,
              "at least 0 and below 365 days",
              ""),
          "Maximum time by which other requests may delay the first token of a request. Requests"
              + " that would wait longer, as measured, are refused (HTTP 429). 0: no limit.");
  private static final Key<Integer> MAX_PROMPTS =
      SECTION.add(
          "max-prompts",
          ValueType.INT,
          256,
          Range.atLeast(1),
          "Maximum number of prompts in one request.");
  private static final Key<Integer> MAX_COMPLETIONS =
      SECTION.add(
          "max-completions",
          ValueType.INT,
          128,
          Range.atLeast(1),
          "Maximum number of completions of one prompt (n).");
  private static final Key<Integer> OUTPUT_BUFFER =
      SECTION.add(
          "output-buffer",
          ValueType.INT,
          64,
          Range.atLeast(1),
          "Maximum number of tokens that are decoded ahead of a request's reader.");

  /** Checks the ranges. */
  public LoadConfig {
    MAX_BATCH_SEQUENCES.check(maxBatchSequences);
    MAX_CACHED_TOKENS.check(maxCachedTokens);
    MAX_PREFILL_TOKENS.check(maxPrefillTokens);
    MAX_REQUESTS.check(maxRequests);
    MAX_PENDING_PROMPT_TOKENS.check(maxPendingPromptTokens);
    MAX_FIRST_TOKEN_DELAY.check(maxFirstTokenDelay);
    MAX_PROMPTS.check(maxPrompts);
    MAX_COMPLETIONS.check(maxCompletions);
    OUTPUT_BUFFER.check(outputBuffer);
  }

  static LoadConfig from(Config config) {
    return new LoadConfig(
        MAX_BATCH_SEQUENCES.read(config),
        MAX_CACHED_TOKENS.read(config),
        MAX_PREFILL_TOKENS.read(config),
        ENABLE_PREFIX_CACHING.read(config),
        MAX_REQUESTS.read(config),
        MAX_PENDING_PROMPT_TOKENS.read(config),
        MAX_FIRST_TOKEN_DELAY.read(config),
        MAX_PROMPTS.read(config),
        MAX_COMPLETIONS.read(config),
        OUTPUT_BUFFER.read(config));
  }
}
