/**
 * Regular expressions that neither hang nor overflow the stack on long texts. {@link
 * io.troupe.reward.regex.TextPattern} uses RE2/J, which takes linear time, where the pattern allows
 * it, and Java's backtracking matcher with limits otherwise.
 */
package io.troupe.reward.regex;
