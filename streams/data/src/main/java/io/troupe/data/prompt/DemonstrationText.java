package io.troupe.data.prompt;

import io.troupe.rollout.tokenizer.Tokenizer;

/**
 * The text of a demonstration.
 *
 * @param prompt the start of the whole text
 * @param whole prompt and completion
 * @param addSpecialTokens whether the tokenizer adds its special tokens; rendered conversations
 *     have theirs in the text
 */
record DemonstrationText(String prompt, String whole, boolean addSpecialTokens) {

  int[] promptIds(Tokenizer tokenizer) {
    return tokenizer.encode(prompt, addSpecialTokens);
  }

  int[] ids(Tokenizer tokenizer) {
    return tokenizer.encode(whole, addSpecialTokens);
  }
}
