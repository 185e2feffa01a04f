package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.TemplateException;
import java.util.List;

/** The tokens of a template in order, with the depth of the parser that reads them. */
final class TokenStream {
  private static final int MAX_DEPTH = 100;

  private final List<Token> tokens;
  private int position;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(position);
  }

  Token following() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  /** The current token; the one behind it becomes the current one. */
  Token next() {
    Token token = current();
    if (position + 1 < tokens.size()) {
      position++;
    }
    return token;
  }

  boolean skipName(String name) {
    boolean found = current().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(Token.Type type) {
    if (current().type() != type) {
      throw expected(Token.of(type, "", 0).describe());
    }
    return next();
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw expected(name);
    }
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw expected(operator);
    }
  }

  private TemplateException expected(String what) {
    return current().type() == Token.Type.END
        ? fail("unexpected end of template, expected '" + what + "'.")
        : fail("expected token '" + what + "', got '" + current().describe() + "'");
  }

  TemplateException fail(String detail) {
    return fail(detail, current().line());
  }

  static TemplateException fail(String detail, int line) {
    return TemplateException.of(TemplateException.Kind.SYNTAX, detail).atLine(line);
  }

  /** Enters one level of nesting; {@link #leave} must follow. */
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw TemplateException.of(
              TemplateException.Kind.LIMIT,
              "expressions and statements must not nest more than " + MAX_DEPTH + " levels")
          .atLine(current().line());
    }
  }

  void leave() {
    depth--;
  }
}
