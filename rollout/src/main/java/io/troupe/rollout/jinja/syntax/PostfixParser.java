package io.troupe.rollout.jinja.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses what follows a value: attributes, subscripts, calls, filters and tests. */
final class PostfixParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;

  PostfixParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expression subscriptsAndCalls(Expression start) {
    Expression value = start;
    while (true) {
      Token token = tokens.current();
      if (token.isOperator(".")) {
        value = attribute(value);
      } else if (token.isOperator("[")) {
        value = subscript(value);
      } else if (token.isOperator("(")) {
        value = new Expression.Call(value, arguments(), token.line());
      } else {
        return value;
      }
    }
  }

  Expression filtersAndTests(Expression start) {
    Expression value = start;
    while (true) {
      Token token = tokens.current();
      if (token.isOperator("|")) {
        tokens.next();
        value = filter(Optional.of(value));
      } else if (token.isName("is")) {
        value = test(value);
      } else if (token.isOperator("(")) {
        value = new Expression.Call(value, arguments(), token.line());
      } else {
        return value;
      }
    }
  }

  private Expression attribute(Expression value) {
    int line = tokens.next().line();
    Token name = tokens.next();
    return switch (name.type()) {
      case NAME -> new Expression.Attribute(value, name.text(), line);
      case INTEGER ->
          new Expression.Item(value, new Expression.Constant(name.literal(), name.line()), line);
      default -> throw TokenStream.fail("expected name or number", name.line());
    };
  }

  private Expression subscript(Expression value) {
    int line = tokens.next().line();
    if (tokens.skipOperator("]")) {
      return new Expression.Item(value, new Expression.TupleLiteral(List.of(), line), line);
    }
    Optional<Expression> start =
        tokens.current().isOperator(":") ? Optional.empty() : Optional.of(expressions.expression());
    if (start.isPresent() && !tokens.current().isOperator(":")) {
      return item(value, start.get(), line);
    }
    tokens.expectOperator(":");
    Optional<Expression> stop = bound();
    Optional<Expression> step = tokens.skipOperator(":") ? bound() : Optional.empty();
    tokens.expectOperator("]");
    return new Expression.Slice(value, start, stop, step, line);
  }

  private Optional<Expression> bound() {
    return tokens.current().isOperator(":") || tokens.current().isOperator("]")
        ? Optional.empty()
        : Optional.of(expressions.expression());
  }

  private Expression item(Expression value, Expression first, int line) {
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.skipOperator(",")) {
      items.add(expressions.expression());
    }
    tokens.expectOperator("]");
    Expression index =
        items.size() == 1 ? first : new Expression.TupleLiteral(List.copyOf(items), line);
    return new Expression.Item(value, index, line);
  }

  /** A filter behind its {@code |}, and those that follow it. */
  Expression.Filter filters(Optional<Expression> start) {
    Expression.Filter filter = filter(start);
    while (tokens.skipOperator("|")) {
      filter = filter(Optional.of(filter));
    }
    return filter;
  }

  private Expression.Filter filter(Optional<Expression> value) {
    Token name = tokens.expect(Token.Type.NAME);
    String path = path(name);
    Expression.CallArguments arguments =
        tokens.current().isOperator("(") ? arguments() : Expression.CallArguments.NONE;
    return new Expression.Filter(value, path, arguments, name.line());
  }

  private String path(Token first) {
    StringBuilder path = new StringBuilder(first.text());
    while (tokens.skipOperator(".")) {
      path.append('.').append(tokens.expect(Token.Type.NAME).text());
    }
    return path.toString();
  }

  private Expression test(Expression value) {
    int line = tokens.next().line();
    boolean negated = tokens.skipName("not");
    String name = path(tokens.expect(Token.Type.NAME));
    Expression test = new Expression.Test(value, name, testArguments(), line);
    return negated ? new Expression.Not(test, line) : test;
  }

  private Expression.CallArguments testArguments() {
    Token token = tokens.current();
    if (token.isOperator("(")) {
      return arguments();
    }
    boolean argument =
        switch (token.type()) {
          case NAME -> !token.isName("else") && !token.isName("or") && !token.isName("and");
          case STRING, INTEGER, FLOAT -> true;
          default -> token.isOperator("[") || token.isOperator("{");
        };
    if (!argument) {
      return Expression.CallArguments.NONE;
    }
    if (token.isName("is")) {
      throw tokens.fail("You cannot chain multiple tests with is");
    }
    Expression value = subscriptsAndCalls(expressions.primary());
    return new Expression.CallArguments(
        List.of(value), List.of(), Optional.empty(), Optional.empty());
  }

  private Expression.CallArguments arguments() {
    int line = tokens.next().line();
    List<Expression> positional = new ArrayList<>();
    List<Expression.Keyword> named = new ArrayList<>();
    Optional<Expression> morePositional = Optional.empty();
    Optional<Expression> moreNamed = Optional.empty();
    boolean first = true;
    while (!tokens.current().isOperator(")")) {
      if (!first) {
        tokens.expectOperator(",");
        if (tokens.current().isOperator(")")) {
          break;
        }
      }
      first = false;
      if (tokens.skipOperator("*")) {
        ensure(morePositional.isEmpty() && moreNamed.isEmpty(), line);
        morePositional = Optional.of(expressions.expression());
      } else if (tokens.skipOperator("**")) {
        ensure(moreNamed.isEmpty(), line);
        moreNamed = Optional.of(expressions.expression());
      } else if (isKeyword()) {
        ensure(moreNamed.isEmpty(), line);
        named.add(keyword());
      } else {
        ensure(morePositional.isEmpty() && moreNamed.isEmpty() && named.isEmpty(), line);
        positional.add(expressions.expression());
      }
    }
    tokens.expectOperator(")");
    return new Expression.CallArguments(
        List.copyOf(positional), List.copyOf(named), morePositional, moreNamed);
  }

  private boolean isKeyword() {
    return tokens.current().type() == Token.Type.NAME && tokens.following().isOperator("=");
  }

  private Expression.Keyword keyword() {
    String name = tokens.next().text();
    tokens.next();
    return new Expression.Keyword(name, expressions.expression());
  }

  private static void ensure(boolean valid, int line) {
    if (!valid) {
      throw TokenStream.fail("invalid syntax for function call expression", line);
    }
  }
}
