/**
 * Constrained output: completions that match a regular expression or a JSON Schema. {@link
 * io.troupe.rollout.constraint.ConstraintCompiler} turns a constraint into an automaton over the
 * bytes of a tokenizer's vocabulary, once; {@link io.troupe.rollout.constraint.TokenConstraint} is
 * its state in one completion and tells which tokens may come next. No completion gets stuck: in
 * every state that can be reached there is a token, or the text may end.
 */
package io.troupe.rollout.constraint;
