package io.troupe.rollout.tokenizer;

/**
 * Turns tokens into text as they come. All pieces together are the text that the tokens decode to
 * at once: a character whose bytes are spread over several tokens appears when it is certain, never
 * as a replacement character before. Not thread-safe.
 */
public interface Detokenizer {
  /**
   * Takes the next token.
   *
   * @return the text that is now certain; may be empty
   */
  String append(int tokenId);

  /** Takes the next tokens; the text that is now certain. */
  default String append(int[] tokenIds) {
    StringBuilder text = new StringBuilder();
    for (int tokenId : tokenIds) {
      text.append(append(tokenId));
    }
    return text.toString();
  }

  /**
   * Says that no token follows.
   *
   * @return what was held back: replacement characters where bytes of a character are missing
   */
  String flush();
}
