package io.troupe.rollout.jinja;

import io.troupe.rollout.jinja.builtin.Builtins;
import io.troupe.rollout.jinja.syntax.Expression;
import io.troupe.rollout.jinja.syntax.Statement;
import io.troupe.rollout.jinja.syntax.TreeWalk;
import io.troupe.rollout.jinja.value.TemplateException;

/**
 * Checks when a template is parsed that its filters and tests exist. Those inside of conditions are
 * checked when they are applied, as in Jinja: a template may avoid them.
 */
final class NameCheck {
  private NameCheck() {}

  static void check(Statement.Scope root, Builtins builtins) {
    TreeWalk.visitUnconditional(
        root,
        expression -> {
          switch (expression) {
            case Expression.Filter filter -> checkFilter(filter, builtins);
            case Expression.Test test when !builtins.hasTest(test.name()) ->
                throw missing("test", test.name(), test.line());
            default -> {}
          }
        });
  }

  private static void checkFilter(Expression.Filter filter, Builtins builtins) {
    if (Builtins.isOtherFilter(filter.name())) {
      throw TemplateException.of(
              TemplateException.Kind.UNSUPPORTED,
              "the filter '" + filter.name() + "' is not supported")
          .atLine(filter.line());
    }
    if (!builtins.hasFilter(filter.name())) {
      throw missing("filter", filter.name(), filter.line());
    }
  }

  private static TemplateException missing(String kind, String name, int line) {
    return TemplateException.of(
            TemplateException.Kind.SYNTAX, "No " + kind + " named '" + name + "'.")
        .atLine(line);
  }
}
