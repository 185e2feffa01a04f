/**
 * Reads the final number of a text, as people and models write numbers: thousands separators,
 * fractions, mixed numbers, scientific notation, LaTeX. {@link io.troupe.reward.number.FinalAnswer}
 * finds the number that a text gives as its answer; {@link io.troupe.reward.number.Rational} is its
 * exact value. Every reader takes linear time and bounded memory. Depends on the JDK alone.
 */
package io.troupe.reward.number;
