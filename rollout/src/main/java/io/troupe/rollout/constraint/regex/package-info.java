/**
 * Regular expressions, read into a tree and turned into automata. {@link
 * io.troupe.rollout.constraint.regex.RegexParser} documents the dialect, {@link
 * io.troupe.rollout.constraint.regex.RegexAutomaton} builds the automaton.
 */
package io.troupe.rollout.constraint.regex;
