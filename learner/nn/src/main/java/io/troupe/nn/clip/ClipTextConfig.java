package io.troupe.nn.clip;

/**
 * The text encoder of CLIP.
 *
 * @param encoder the layers
 * @param vocabSize number of token ids
 * @param maxPositionEmbeddings maximum number of tokens of a text
 * @param eosTokenId ends a text; the features of a text are those of its first end
 */
public record ClipTextConfig(
    ClipEncoderConfig encoder, int vocabSize, int maxPositionEmbeddings, int eosTokenId) {
  /** Checks the end of a text. */
  public ClipTextConfig {
    if (eosTokenId < 0 || eosTokenId >= vocabSize) {
      throw new IllegalArgumentException(
          "eos_token_id must be in [0, vocab_size=" + vocabSize + "), got " + eosTokenId);
    }
  }
}
