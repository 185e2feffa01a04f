/**
 * Evaluates the syntax tree of a template. {@link io.troupe.rollout.jinja.eval.Renderer} executes
 * statements, {@code Evaluator} computes expressions, and a {@code Frame} holds the variables of a
 * scope.
 */
package io.troupe.rollout.jinja.eval;
