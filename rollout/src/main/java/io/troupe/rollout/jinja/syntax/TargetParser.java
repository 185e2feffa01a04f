package io.troupe.rollout.jinja.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses what values are assigned to, and the parameters of macros. */
final class TargetParser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "false", "none", "True", "False", "None");

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  TargetParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** A name that can be assigned to. */
  String name() {
    Token token = tokens.expect(Token.Type.NAME);
    if (CONSTANTS.contains(token.text())) {
      throw TokenStream.fail("can't assign to 'const'", token.line());
    }
    return token.text();
  }

  /**
   * A target, or several that commas separate.
   *
   * @param endsAtIn whether {@code in} follows
   * @param namespaces whether attributes of namespaces are allowed
   */
  Target target(boolean endsAtIn, boolean namespaces) {
    List<Target> targets = new ArrayList<>();
    boolean comma = false;
    while (!isEnd(endsAtIn)) {
      targets.add(single(namespaces));
      if (!tokens.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    if (targets.isEmpty() && !comma) {
      throw tokens.fail("Expected an expression, got '" + tokens.current().describe() + "'");
    }
    return comma ? new Target.Unpacking(List.copyOf(targets)) : targets.getFirst();
  }

  private boolean isEnd(boolean endsAtIn) {
    Token token = tokens.current();
    return token.type() == Token.Type.BLOCK_END
        || token.isOperator(")")
        || (endsAtIn && token.isName("in"));
  }

  private Target single(boolean namespaces) {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inside = target(false, false);
      tokens.leave();
      tokens.expectOperator(")");
      return inside;
    }
    if (tokens.current().type() != Token.Type.NAME) {
      throw tokens.fail("can't assign to '" + tokens.current().describe() + "'");
    }
    String name = name();
    return namespaces && tokens.skipOperator(".")
        ? new Target.NamespaceAttribute(name, tokens.expect(Token.Type.NAME).text())
        : new Target.Variable(name);
  }

  /** Whether a target assigns to a variable. */
  boolean assigns(Target target, String name) {
    return switch (target) {
      case Target.Variable variable -> variable.name().equals(name);
      case Target.NamespaceAttribute attribute -> false;
      case Target.Unpacking unpacking ->
          unpacking.targets().stream().anyMatch(part -> assigns(part, name));
    };
  }

  /** The parameters of a macro in parentheses. */
  Statement.Signature signature() {
    List<String> parameters = new ArrayList<>();
    List<Expression> defaults = new ArrayList<>();
    tokens.expectOperator("(");
    while (!tokens.current().isOperator(")")) {
      if (!parameters.isEmpty()) {
        tokens.expectOperator(",");
      }
      parameters.add(name());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.fail("non-default argument follows default argument");
      }
    }
    tokens.expectOperator(")");
    if (Set.copyOf(parameters).size() < parameters.size()) {
      throw tokens.fail("duplicate argument in function definition");
    }
    return new Statement.Signature(List.copyOf(parameters), List.copyOf(defaults));
  }
}
