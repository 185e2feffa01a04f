package io.troupe.rollout.tokenizer;

/**
 * Decodes a stream of tokens. The pieces of text together equal the text of all tokens decoded at
 * once: a character whose bytes are in several tokens appears when it is complete, never as a
 * replacement character before. Not thread-safe.
 */
public interface Detokenizer {
  /**
   * Adds the next token.
   *
   * @return the text that is complete now; may be empty
   */
  String append(int tokenId);

  /** Adds the next tokens; returns the text that is complete now. */
  default String append(int[] tokenIds) {
    StringBuilder text = new StringBuilder();
    for (int tokenId : tokenIds) {
      text.append(append(tokenId));
    }
    return text.toString();
  }

  /**
   * Ends the stream.
   *
   * @return the remaining text, with replacement characters for incomplete characters
   */
  String flush();
}
