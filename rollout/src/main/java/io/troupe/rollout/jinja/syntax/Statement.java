package io.troupe.rollout.jinja.syntax;

import java.util.List;
import java.util.Optional;

/** A statement of a template. */
public sealed interface Statement {
  /** The line of the template, from 1. */
  int line();

  /** Text that is printed as it is. */
  record Data(String text, int line) implements Statement {}

  /** {@code {{ value }}}. */
  record Print(Expression value, int line) implements Statement {}

  /** {@code if}, {@code elif} and {@code else}. */
  record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {}

  /** The statements of a condition. */
  record Branch(Expression test, List<Statement> body) {}

  /**
   * {@code for}.
   *
   * @param test which elements are visited
   * @param body a scope of its own in each iteration
   * @param otherwise executed if there is no iteration
   */
  record For(
      Target target,
      Expression iterable,
      Optional<Filtered> test,
      Scope body,
      Scope otherwise,
      int line)
      implements Statement {}

  /** The condition of a loop, in a scope of its own. */
  record Filtered(Expression test, Scope scope) {}

  /** {@code set target = value}. */
  record Set(Target target, Expression value, int line) implements Statement {}

  /** {@code set target} with a block. */
  record SetBlock(Target target, Optional<Expression.Filter> filter, Scope body, int line)
      implements Statement {}

  /** {@code macro}. */
  record Macro(String name, Signature signature, Scope body, int line) implements Statement {}

  /** {@code call(parameters) function(arguments)}. */
  record CallBlock(Expression.Call call, Signature signature, Scope body, int line)
      implements Statement {}

  /** {@code generation}, which marks the text of the assistant. */
  record Generation(Scope body, int line) implements Statement {}

  /** {@code filter}. */
  record FilterBlock(Expression.Filter filter, Scope body, int line) implements Statement {}

  /** {@code with}. */
  record With(List<Target> targets, List<Expression> values, Scope body, int line)
      implements Statement {}

  /** {@code break}. */
  record Break(int line) implements Statement {}

  /** {@code continue}. */
  record Continue(int line) implements Statement {}

  /**
   * The parameters of a macro.
   *
   * @param defaults of the last parameters
   */
  record Signature(List<String> parameters, List<Expression> defaults) {
    /** No parameters. */
    public static final Signature EMPTY = new Signature(List.of(), List.of());

    /** The default of a parameter, if it has one. */
    public Optional<Expression> defaultOf(int index) {
      int position = index - (parameters.size() - defaults.size());
      return position < 0 ? Optional.empty() : Optional.of(defaults.get(position));
    }
  }

  /** Statements with variables of their own; two scopes are never the same one. */
  final class Scope {
    private final List<Statement> statements;

    /** The statements. */
    public Scope(List<Statement> statements) {
      this.statements = List.copyOf(statements);
    }

    /** The statements. */
    public List<Statement> statements() {
      return statements;
    }
  }
}
