package io.troupe.reward.number;

/**
 * Which of several answer markers ({@code \boxed{...}}, {@code #### n}) gives the answer.
 *
 * <p>{@code LAST} is the default: a model that corrects itself marks its final answer last, and
 * verl's GSM8K and MATH rewards read the last one. lm-evaluation-harness reads the first {@code
 * ####} for GSM8K, since a base model goes on with further questions after its answer; {@code
 * FIRST} does the same.
 */
public enum MarkerChoice {
  /** The first marker. */
  FIRST,
  /** The last marker. */
  LAST
}
