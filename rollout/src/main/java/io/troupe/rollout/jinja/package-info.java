/**
 * Renders Jinja templates, in the subset that published chat templates use, as Jinja 3.1 and
 * transformers do. Start with {@link io.troupe.rollout.jinja.Template}.
 *
 * <p>The packages below depend on each other in this order: {@code value} (Python's values and
 * operations), {@code syntax} (lexer, parser, syntax tree), {@code builtin} (filters, tests,
 * methods, global functions), {@code eval} (the evaluator). None of them depends on the rest of
 * Troupe.
 */
package io.troupe.rollout.jinja;
