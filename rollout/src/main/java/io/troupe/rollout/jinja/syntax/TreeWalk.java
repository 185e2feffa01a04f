package io.troupe.rollout.jinja.syntax;

import java.util.List;
import java.util.function.Consumer;

/** Visits the expressions of a template. */
public final class TreeWalk {
  private final Consumer<Expression> visitor;

  private TreeWalk(Consumer<Expression> visitor) {
    this.visitor = visitor;
  }

  /**
   * Visits the expressions outside of {@code if}, in the sense of Jinja: a loop or a macro inside
   * of a condition is not part of the condition.
   */
  public static void visitUnconditional(Statement.Scope root, Consumer<Expression> visitor) {
    new TreeWalk(visitor).visitAll(root.statements(), false);
  }

  private void visitAll(List<Statement> statements, boolean conditional) {
    statements.forEach(statement -> visit(statement, conditional));
  }

  private void visit(Statement statement, boolean conditional) {
    boolean isCondition = statement instanceof Statement.If;
    for (Expression expression : Children.expressionsOf(statement)) {
      visit(expression, conditional || isCondition);
    }
    boolean inner = isCondition || (conditional && !isScope(statement));
    visitAll(Children.statementsOf(statement), inner);
  }

  private static boolean isScope(Statement statement) {
    return switch (statement) {
      case Statement.For loop -> true;
      case Statement.SetBlock block -> true;
      case Statement.Macro macro -> true;
      case Statement.CallBlock call -> true;
      case Statement.Generation generation -> true;
      case Statement.FilterBlock block -> true;
      case Statement.With with -> true;
      case Statement.Data data -> false;
      case Statement.Print print -> false;
      case Statement.If branch -> false;
      case Statement.Set set -> false;
      case Statement.Break end -> false;
      case Statement.Continue next -> false;
    };
  }

  private void visit(Expression expression, boolean conditional) {
    if (!conditional) {
      visitor.accept(expression);
    }
    boolean inner = conditional || expression instanceof Expression.Conditional;
    Children.of(expression).forEach(part -> visit(part, inner));
  }
}
