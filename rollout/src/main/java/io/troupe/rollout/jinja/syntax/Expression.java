package io.troupe.rollout.jinja.syntax;

import io.troupe.rollout.jinja.value.Value;
import java.util.List;
import java.util.Optional;

/** An expression of a template. */
public sealed interface Expression {
  /** The line of the template, from 1. */
  int line();

  /** A literal. */
  record Constant(Value value, int line) implements Expression {}

  /** A variable. */
  record Name(String name, int line) implements Expression {}

  /** {@code [a, b]}. */
  record ListLiteral(List<Expression> items, int line) implements Expression {}

  /** {@code (a, b)}. */
  record TupleLiteral(List<Expression> items, int line) implements Expression {}

  /** {@code {a: b}}. */
  record DictLiteral(List<Entry> entries, int line) implements Expression {}

  /** An entry of a dictionary. */
  record Entry(Expression key, Expression value) {}

  /** {@code value.name}. */
  record Attribute(Expression value, String name, int line) implements Expression {}

  /** {@code value[index]}. */
  record Item(Expression value, Expression index, int line) implements Expression {}

  /** {@code value[start:stop:step]}. */
  record Slice(
      Expression value,
      Optional<Expression> start,
      Optional<Expression> stop,
      Optional<Expression> step,
      int line)
      implements Expression {}

  /** {@code function(arguments)}. */
  record Call(Expression function, CallArguments arguments, int line) implements Expression {}

  /**
   * {@code value|name(arguments)}.
   *
   * @param value empty for the filter of a block
   */
  record Filter(Optional<Expression> value, String name, CallArguments arguments, int line)
      implements Expression {}

  /** {@code value is name(arguments)}. */
  record Test(Expression value, String name, CallArguments arguments, int line)
      implements Expression {}

  /** The arguments of a call. */
  record CallArguments(
      List<Expression> positional,
      List<Keyword> named,
      Optional<Expression> morePositional,
      Optional<Expression> moreNamed) {
    /** No arguments. */
    public static final CallArguments NONE =
        new CallArguments(List.of(), List.of(), Optional.empty(), Optional.empty());
  }

  /** {@code name=value}. */
  record Keyword(String name, Expression value) {}

  /** {@code not value}. */
  record Not(Expression value, int line) implements Expression {}

  /** {@code -value} or {@code +value}. */
  record Sign(Expression value, boolean negative, int line) implements Expression {}

  /** An arithmetic operator with two operands. */
  record Binary(String operator, Expression left, Expression right, int line)
      implements Expression {}

  /** {@code a ~ b}. */
  record Concatenation(List<Expression> parts, int line) implements Expression {}

  /** {@code a < b < c}. */
  record Compare(Expression first, List<Operand> operands, int line) implements Expression {}

  /**
   * An operand of a comparison.
   *
   * @param operator such as {@code ==} or {@code not in}
   */
  record Operand(String operator, Expression value) {}

  /** {@code a and b}. */
  record And(Expression left, Expression right, int line) implements Expression {}

  /** {@code a or b}. */
  record Or(Expression left, Expression right, int line) implements Expression {}

  /** {@code value if test else otherwise}. */
  record Conditional(Expression test, Expression value, Optional<Expression> otherwise, int line)
      implements Expression {}
}
