package io.troupe.rollout.tokenizer;

/** Whether special tokens are part of the text that tokens decode to. */
public enum SpecialTokenText {
  /** No special token has text, as with {@code skip_special_tokens=True} in transformers. */
  HIDDEN,
  /**
   * Special tokens have text, except for those that begin, end or pad a text. Tags such as {@code
   * <think>} are special tokens in many vocabularies, and a reward must see them.
   */
  VISIBLE
}
