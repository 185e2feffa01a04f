/**
 * The tokens of a vocabulary that an automaton allows. {@link
 * io.troupe.rollout.constraint.tokens.TokenTrie} holds the bytes of all tokens, {@link
 * io.troupe.rollout.constraint.tokens.TokenMasks} finds the tokens that may come next in a state
 * and keeps the results.
 */
package io.troupe.rollout.constraint.tokens;
