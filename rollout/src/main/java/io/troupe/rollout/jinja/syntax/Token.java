package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.Value;

/**
 * A token of a template.
 *
 * @param text the name, the operator, the number or the data; empty for other tokens
 * @param literal the value of a text or number; {@code None} for other tokens
 * @param line from 1
 */
record Token(Type type, String text, Value literal, int line) {
  enum Type {
    DATA("template data"),
    BLOCK_BEGIN("begin of statement block"),
    BLOCK_END("end of statement block"),
    VARIABLE_BEGIN("begin of print statement"),
    VARIABLE_END("end of print statement"),
    NAME("name"),
    STRING("string"),
    INTEGER("integer"),
    FLOAT("float"),
    OPERATOR("operator"),
    END("end of template");

    private final String description;

    Type(String description) {
      this.description = description;
    }
  }

  static Token of(Type type, String text, int line) {
    return new Token(type, text, Value.NONE, line);
  }

  boolean isName(String name) {
    return type == Type.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return type == Type.OPERATOR && text.equals(operator);
  }

  /** The description in error messages. */
  String describe() {
    return text.isEmpty() || type == Type.DATA ? type.description : text;
  }
}
