package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.TemplateException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Limits the depth of a syntax tree, which long chains such as {@code a + b + c} increase without
 * any nesting in the text. Uses no recursion.
 */
final class TreeDepth {
  private static final int MAX_DEPTH = 400;

  private final Deque<Node> open = new ArrayDeque<>();

  private record Node(Object part, int depth, int line) {}

  private TreeDepth() {}

  static void check(Statement.Scope root) {
    TreeDepth tree = new TreeDepth();
    root.statements().forEach(statement -> tree.add(statement, 1, statement.line()));
    while (!tree.open.isEmpty()) {
      tree.visit(tree.open.pop());
    }
  }

  private void add(Object part, int depth, int line) {
    if (depth > MAX_DEPTH) {
      throw TemplateException.of(
              TemplateException.Kind.LIMIT,
              "expressions must not be deeper than " + MAX_DEPTH + " operators")
          .atLine(line);
    }
    open.push(new Node(part, depth, line));
  }

  private void visit(Node node) {
    int depth = node.depth() + 1;
    if (node.part() instanceof Expression expression) {
      Children.of(expression).forEach(part -> add(part, depth, part.line()));
    } else if (node.part() instanceof Statement statement) {
      Children.expressionsOf(statement).forEach(part -> add(part, depth, part.line()));
      Children.statementsOf(statement).forEach(part -> add(part, depth, part.line()));
    }
  }
}
