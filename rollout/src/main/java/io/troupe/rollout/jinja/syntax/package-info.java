/**
 * Reads the text of a template: {@link io.troupe.rollout.jinja.syntax.Lexer} makes tokens, {@link
 * io.troupe.rollout.jinja.syntax.Parser} makes a tree of {@link
 * io.troupe.rollout.jinja.syntax.Statement}s and {@link
 * io.troupe.rollout.jinja.syntax.Expression}s, and {@link
 * io.troupe.rollout.jinja.syntax.ScopeAnalysis} decides where each variable lives. Nesting is
 * limited, so that no template overflows the stack.
 */
package io.troupe.rollout.jinja.syntax;
