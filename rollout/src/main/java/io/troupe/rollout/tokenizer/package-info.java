/**
 * Tokenizers. {@link io.troupe.rollout.tokenizer.Tokenizer} is the interface, with implementations
 * for characters, bytes and any {@code tokenizer.json}; {@link
 * io.troupe.rollout.tokenizer.AutoTokenizer} loads the tokenizer of a model folder. {@link
 * io.troupe.rollout.tokenizer.Detokenizer} decodes a stream of tokens.
 */
package io.troupe.rollout.tokenizer;
