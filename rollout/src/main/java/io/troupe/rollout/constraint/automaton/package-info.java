/**
 * Automata over bytes. A {@link io.troupe.rollout.constraint.automaton.Language} is a set of byte
 * strings and at the same time a state: the strings that may still follow. {@link
 * io.troupe.rollout.constraint.automaton.Languages} builds languages and computes the state after a
 * byte (Brzozowski 1964), so that states are created when they are reached. {@link
 * io.troupe.rollout.constraint.automaton.Dfa} is a finite automaton that has been built completely.
 */
package io.troupe.rollout.constraint.automaton;
