package io.troupe.data.prompt;

import io.troupe.rollout.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * A prompt's text and its tokens.
 *
 * @param text that the tokens stand for
 * @param ids the tokens
 */
@SuppressWarnings("ArrayRecordComponent") // handed over from the tokenizer, never changed
record PromptTokens(String text, int[] ids) {

  static PromptTokens of(String text, int[] ids) {
    return new PromptTokens(text, ids);
  }

  int length() {
    return ids.length;
  }

  /** The first tokens. */
  PromptTokens prefix(int length, Tokenizer tokenizer) {
    int[] first = Arrays.copyOf(ids, length);
    return new PromptTokens(tokenizer.decode(first), first);
  }

  /** The last tokens; a beginning-of-text token at the start is kept. */
  PromptTokens truncateLeft(int length, Tokenizer tokenizer) {
    int[] last = Arrays.copyOfRange(ids, ids.length - length, ids.length);
    if (tokenizer.bosTokenId().isPresent() && ids[0] == tokenizer.bosTokenId().getAsInt()) {
      last[0] = ids[0];
    }
    return new PromptTokens(tokenizer.decode(last), last);
  }
}
