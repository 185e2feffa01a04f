package io.troupe.rollout.tokenizer;

import io.troupe.nn.lm.LMConfig;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a tokenizer with the vocabulary of a model. Published folders often have a tokenizer
 * with a few more tokens than the embedding, such as an added {@code <pad>}: it is usable as long
 * as no text contains those tokens.
 */
public final class VocabularyCheck {
  private static final Logger LOG = LoggerFactory.getLogger(VocabularyCheck.class);

  private VocabularyCheck() {}

  /** Logs a warning for each difference that is unusual but usable. */
  public static void warn(Path folder, LMConfig model, Tokenizer tokenizer) {
    int vocabSize = model.vocabSize();
    if (tokenizer.vocabSize() > vocabSize) {
      LOG.warn(
          "{}: the tokenizer has {} tokens, but the model's vocab_size is {}: texts must not"
              + " contain the tokens from {} on",
          folder,
          tokenizer.vocabSize(),
          vocabSize,
          token(tokenizer, vocabSize));
    }
    OptionalInt eos = tokenizer.eosTokenId();
    boolean isKnown =
        eos.isEmpty()
            || model.eosTokenIds().isEmpty()
            || model.eosTokenIds().contains(eos.getAsInt());
    if (!isKnown) {
      LOG.warn(
          "{}: the tokenizer's eos_token {} is not among the model's eos_token_id {}: decoding"
              + " stops at all of them",
          folder,
          token(tokenizer, eos.getAsInt()),
          model.eosTokenIds());
    }
  }

  /**
   * Checks that a model has an embedding for every token of a text.
   *
   * @param source the origin of the text, for the error, such as {@code prompt 3}
   * @throws IllegalArgumentException naming the first token that it does not have
   */
  public static void requireKnown(LMConfig model, Tokenizer tokenizer, int[] ids, String source) {
    for (int id : ids) {
      if (id < 0 || id >= model.vocabSize()) {
        throw new IllegalArgumentException(
            source
                + " must contain only tokens below the model's vocab_size "
                + model.vocabSize()
                + ", got "
                + token(tokenizer, id)
                + "; remove it, or use the tokenizer that belongs to the model");
      }
    }
  }

  private static String token(Tokenizer tokenizer, int id) {
    return tokenizer.decode(new int[] {id}, false) + " (token " + id + ")";
  }
}
