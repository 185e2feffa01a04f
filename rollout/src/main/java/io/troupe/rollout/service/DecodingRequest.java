package io.troupe.rollout.service;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.util.Objects;

/**
 * A prompt to continue.
 *
 * @param group the prompt, the number of completions, and the seed. Requests may share a group id:
 *     it only selects random numbers
 * @param config how tokens are selected and when a completion ends; {@code numReturnSequences} and
 *     {@code seed} are taken from the group instead
 * @param events which events the stream has
 * @param specialTokens whether special tokens are part of the text; a beam search always hides them
 * @param logProbs log-probabilities that the events have beside those of the completions' tokens
 */
public record DecodingRequest(
    GroupSpec group,
    GenerationConfig config,
    Events events,
    SpecialTokenText specialTokens,
    LogProbs logProbs) {

  /** Which events a stream has. */
  public enum Events {
    /** Each token of the completions, then the completions. A beam search has no token events. */
    TOKENS,
    /** The completions alone. */
    COMPLETIONS,
    /** The log-probabilities of the prompt, then completions without tokens: nothing is sampled. */
    PROMPT
  }

  /** Checks that the number of completions is possible. */
  public DecodingRequest {
    Objects.requireNonNull(events, "events");
    Objects.requireNonNull(specialTokens, "specialTokens");
    Objects.requireNonNull(logProbs, "logProbs");
    if (logProbs.completion().isPresent() && events != Events.TOKENS) {
      throw new IllegalArgumentException(
          "logprobs must be absent in a request without token events, got "
              + logProbs.completion().getAsInt());
    }
    if (config.numBeams() > 1 && group.numGenerations() > config.numBeams()) {
      throw new IllegalArgumentException(
          "num-return-sequences must be at most num-beams="
              + config.numBeams()
              + ", got "
              + group.numGenerations());
    }
  }

  /** A request without further log-probabilities. */
  public DecodingRequest(
      GroupSpec group, GenerationConfig config, Events events, SpecialTokenText specialTokens) {
    this(group, config, events, specialTokens, LogProbs.NONE);
  }

  /** A request for text without special tokens. */
  public DecodingRequest(GroupSpec group, GenerationConfig config, Events events) {
    this(group, config, events, SpecialTokenText.HIDDEN);
  }

  /** This request with further log-probabilities. */
  public DecodingRequest withLogProbs(LogProbs newLogProbs) {
    return new DecodingRequest(group, config, events, specialTokens, newLogProbs);
  }

  /** The request for completions whose text a reward reads: special tokens are visible. */
  public static DecodingRequest forRewards(GroupSpec group, GenerationConfig config) {
    return new DecodingRequest(group, config, Events.COMPLETIONS, SpecialTokenText.VISIBLE);
  }

  /**
   * The request for the completions that settings ask for.
   *
   * @param groupId selects random numbers, together with the seed of the settings
   */
  public static DecodingRequest of(
      long groupId, Prompt prompt, GenerationConfig config, Events events) {
    GroupSpec group = new GroupSpec(groupId, prompt, config.numReturnSequences(), config.seed());
    return new DecodingRequest(group, config, events);
  }

  /** Checks that the request asks for no events that a beam search does not have. */
  void requireBeamEvents() {
    if (events == Events.PROMPT || !logProbs.equals(LogProbs.NONE)) {
      throw new IllegalArgumentException(
          "num-beams must be 1 in a request for log-probabilities of the prompt or alternatives,"
              + " got "
              + config.numBeams());
    }
  }

  /** How tokens are selected. */
  public DecodingStrategy strategy() {
    return DecodingStrategy.of(config);
  }
}
