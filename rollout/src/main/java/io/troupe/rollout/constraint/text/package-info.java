/**
 * Languages of characters. {@link io.troupe.rollout.constraint.text.CharacterSet} is a set of
 * Unicode code points; {@link io.troupe.rollout.constraint.text.TextLanguages} builds the language
 * of its characters in UTF-8, without the characters that a tokenizer cannot write.
 */
package io.troupe.rollout.constraint.text;
