package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Parses expressions with Jinja's precedence: {@code or} binds weakest, {@code **} strongest. */
final class ExpressionParser {
  private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");
  private static final List<String> PRODUCTS = List.of("*", "/", "//", "%");

  private final TokenStream tokens;
  private final PostfixParser postfix;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.postfix = new PostfixParser(tokens, this);
  }

  /** An expression, or several that commas separate as a tuple. */
  Expression tuple(boolean conditionals, boolean endsAtRecursive) {
    return tuple(conditionals, endsAtRecursive, false);
  }

  private Expression tuple(boolean conditionals, boolean endsAtRecursive, boolean parentheses) {
    int line = tokens.current().line();
    List<Expression> items = new ArrayList<>();
    boolean comma = false;
    while (true) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
      }
      if (isTupleEnd(endsAtRecursive)) {
        break;
      }
      items.add(conditionals ? expression() : or());
      if (!tokens.current().isOperator(",")) {
        break;
      }
      comma = true;
    }
    if (!comma && !items.isEmpty()) {
      return items.getFirst();
    }
    if (!comma && !parentheses) {
      throw tokens.fail("Expected an expression, got '" + tokens.current().describe() + "'");
    }
    return new Expression.TupleLiteral(List.copyOf(items), line);
  }

  private boolean isTupleEnd(boolean endsAtRecursive) {
    Token token = tokens.current();
    return token.type() == Token.Type.VARIABLE_END
        || token.type() == Token.Type.BLOCK_END
        || token.isOperator(")")
        || (endsAtRecursive && token.isName("recursive"));
  }

  /** An expression. */
  Expression expression() {
    return nested(this::conditional);
  }

  private Expression nested(Supplier<Expression> parse) {
    tokens.enter();
    Expression expression = parse.get();
    tokens.leave();
    return expression;
  }

  private Expression conditional() {
    Expression value = or();
    while (tokens.current().isName("if")) {
      int line = tokens.next().line();
      Expression test = or();
      Optional<Expression> otherwise =
          tokens.skipName("else") ? Optional.of(nested(this::conditional)) : Optional.empty();
      value = new Expression.Conditional(test, value, otherwise, line);
    }
    return value;
  }

  /** An expression that is no condition. */
  Expression or() {
    Expression left = and();
    while (tokens.current().isName("or")) {
      int line = tokens.next().line();
      left = new Expression.Or(left, and(), line);
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.current().isName("and")) {
      int line = tokens.next().line();
      left = new Expression.And(left, not(), line);
    }
    return left;
  }

  private Expression not() {
    if (tokens.current().isName("not")) {
      int line = tokens.next().line();
      return new Expression.Not(nested(this::not), line);
    }
    return comparison();
  }

  private Expression comparison() {
    int line = tokens.current().line();
    Expression first = sum();
    List<Expression.Operand> operands = new ArrayList<>();
    for (Optional<String> operator = comparisonOperator();
        operator.isPresent();
        operator = comparisonOperator()) {
      operands.add(new Expression.Operand(operator.get(), sum()));
    }
    return operands.isEmpty() ? first : new Expression.Compare(first, operands, line);
  }

  private Optional<String> comparisonOperator() {
    Token token = tokens.current();
    if (token.type() == Token.Type.OPERATOR && COMPARISONS.contains(token.text())) {
      return Optional.of(tokens.next().text());
    }
    if (tokens.skipName("in")) {
      return Optional.of("in");
    }
    if (token.isName("not") && tokens.following().isName("in")) {
      tokens.next();
      tokens.next();
      return Optional.of("not in");
    }
    return Optional.empty();
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.current().isOperator("+") || tokens.current().isOperator("-")) {
      Token operator = tokens.next();
      left = new Expression.Binary(operator.text(), left, concatenation(), operator.line());
    }
    return left;
  }

  private Expression concatenation() {
    int line = tokens.current().line();
    List<Expression> parts = new ArrayList<>(List.of(product()));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.getFirst() : new Expression.Concatenation(parts, line);
  }

  private Expression product() {
    Expression left = power();
    while (tokens.current().type() == Token.Type.OPERATOR
        && PRODUCTS.contains(tokens.current().text())) {
      Token operator = tokens.next();
      left = new Expression.Binary(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.current().isOperator("**")) {
      int line = tokens.next().line();
      left = new Expression.Binary("**", left, unary(true), line);
    }
    return left;
  }

  private Expression unary(boolean withFilters) {
    Token token = tokens.current();
    Expression value;
    if (token.isOperator("-") || token.isOperator("+")) {
      tokens.next();
      value = new Expression.Sign(nested(() -> unary(false)), token.isOperator("-"), token.line());
    } else {
      value = primary();
    }
    value = postfix.subscriptsAndCalls(value);
    return withFilters ? postfix.filtersAndTests(value) : value;
  }

  /** A variable, a literal, or an expression in brackets. */
  Expression primary() {
    Token token = tokens.current();
    switch (token.type()) {
      case NAME -> {
        return named(tokens.next());
      }
      case STRING -> {
        return text();
      }
      case INTEGER, FLOAT -> {
        return new Expression.Constant(tokens.next().literal(), token.line());
      }
      default -> {
        return switch (token.text()) {
          case "(" -> parentheses();
          case "[" -> list();
          case "{" -> dictionary();
          default -> throw tokens.fail("unexpected '" + token.describe() + "'");
        };
      }
    }
  }

  private static Expression named(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Constant(Value.TRUE, token.line());
      case "false", "False" -> new Expression.Constant(Value.FALSE, token.line());
      case "none", "None" -> new Expression.Constant(Value.NONE, token.line());
      default -> new Expression.Name(token.text(), token.line());
    };
  }

  /** Adjacent text literals are one text. */
  private Expression text() {
    int line = tokens.current().line();
    StringBuilder text = new StringBuilder();
    while (tokens.current().type() == Token.Type.STRING) {
      text.append(((Value.Str) tokens.next().literal()).text());
    }
    return new Expression.Constant(Value.text(text.toString()), line);
  }

  private Expression parentheses() {
    tokens.next();
    Expression inside = nested(() -> tuple(true, false, true));
    tokens.expectOperator(")");
    return inside;
  }

  private Expression list() {
    int line = tokens.next().line();
    List<Expression> items = new ArrayList<>();
    while (!tokens.current().isOperator("]")) {
      if (!items.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator("]")) {
          break;
        }
      }
      items.add(expression());
    }
    tokens.expectOperator("]");
    return new Expression.ListLiteral(List.copyOf(items), line);
  }

  private Expression dictionary() {
    int line = tokens.next().line();
    List<Expression.Entry> entries = new ArrayList<>();
    while (!tokens.current().isOperator("}")) {
      if (!entries.isEmpty()) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator("}")) {
          break;
        }
      }
      Expression key = expression();
      tokens.expectOperator(":");
      entries.add(new Expression.Entry(key, expression()));
    }
    tokens.expectOperator("}");
    return new Expression.DictLiteral(List.copyOf(entries), line);
  }

  /** The filters behind {@code set name} or {@code filter}, applied to a block. */
  PostfixParser postfix() {
    return postfix;
  }
}
