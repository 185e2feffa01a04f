/**
 * Checks finished texts against a constraint, without the automata that produced them: JSON is
 * parsed by Jackson and compared with the schema keyword by keyword, regular expressions are
 * matched by RE2. {@link io.troupe.rollout.constraint.validation.OutputValidator} is the entry.
 */
package io.troupe.rollout.constraint.validation;
