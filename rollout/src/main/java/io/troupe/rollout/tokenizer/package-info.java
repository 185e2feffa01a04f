/**
 * Text to tokens and back. {@link io.troupe.rollout.tokenizer.Tokenizer} is the interface; there
 * are characters, bytes and any {@code tokenizer.json}, and {@link
 * io.troupe.rollout.tokenizer.AutoTokenizer} finds out which a model's folder holds. {@link
 * io.troupe.rollout.tokenizer.Detokenizer} turns tokens into text as they come.
 */
package io.troupe.rollout.tokenizer;
