package io.troupe.rollout.engine;

import io.troupe.nn.lm.LMConfig;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.sampling.ScoreProcessing;

/** Checks requests against a model and the limits of an engine. */
public final class RequestChecks {
  private RequestChecks() {}

  /** The number of tokens after which a completion ends: the model's context has an end. */
  static int maxCompletionLength(LMConfig model, Prompt prompt, GenerationConfig config) {
    int room = model.maxPositionEmbeddings() - prompt.tokenIds().length;
    return Math.min(config.maxNewTokens(), room);
  }

  /**
   * Checks that an engine with these limits can decode a group.
   *
   * @throws IllegalArgumentException if the settings ask for beam search or name a token that the
   *     model does not have, the prompt fills the model's context or has an unknown token, or one
   *     sample does not fit into the cache
   */
  public static void requireFits(
      LMConfig model, DecodingLimits limits, GroupSpec spec, GenerationConfig config) {
    if (config.numBeams() > 1) {
      throw new IllegalArgumentException(
          "num-beams must be 1 in the batch, got "
              + config.numBeams()
              + "; beam search is a request of DecodingService");
    }
    ScoreProcessing.requireFits(config, model.vocabSize());
    requireDecodable(model, spec.prompt());
    int promptLength = spec.prompt().tokenIds().length;
    int capacity = promptLength + maxCompletionLength(model, spec.prompt(), config) - 1;
    int pages =
        PagedKvCache.pagesFor(promptLength) + PagedKvCache.pagesToFork(capacity, promptLength);
    int available = PagedKvCache.pagesFor(limits.maxCachedTokens());
    if (pages > available) {
      throw new IllegalArgumentException(
          "one sample of group "
              + spec.groupId()
              + " must have at most "
              + available
              + " pages of the KV cache, got "
              + pages
              + "; raise max-cached-tokens or lower max-new-tokens");
    }
  }

  /**
   * Checks that an engine with these limits can read a prompt without sampling tokens.
   *
   * @throws IllegalArgumentException if the prompt is longer than the model's context, has an
   *     unknown token, or does not fit into the cache
   */
  public static void requirePromptFits(LMConfig model, DecodingLimits limits, Prompt prompt) {
    requireTokens(model, prompt, model.maxPositionEmbeddings());
    int pages = PagedKvCache.pagesFor(prompt.tokenIds().length);
    int available = PagedKvCache.pagesFor(limits.maxCachedTokens());
    if (pages > available) {
      throw new IllegalArgumentException(
          "%s must have at most %d pages of the KV cache, got %d; raise max-cached-tokens"
              .formatted(prompt.source(), available, pages));
    }
  }

  /**
   * Checks that a model can continue a prompt.
   *
   * @throws IllegalArgumentException if the prompt fills the model's context or has an unknown
   *     token
   */
  public static void requireDecodable(LMConfig config, Prompt prompt) {
    requireTokens(config, prompt, config.maxPositionEmbeddings() - 1);
  }

  private static void requireTokens(LMConfig config, Prompt prompt, int maxLength) {
    int length = prompt.tokenIds().length;
    if (length > maxLength) {
      throw new IllegalArgumentException(
          "%s must have at most %d tokens (the model's context is %d), got %d; shorten the prompt"
              .formatted(prompt.source(), maxLength, config.maxPositionEmbeddings(), length));
    }
    for (int id : prompt.tokenIds()) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "%s must contain only tokens below the model's vocab_size %d, got token %d"
                .formatted(prompt.source(), config.vocabSize(), id));
      }
    }
  }
}
