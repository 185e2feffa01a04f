package io.troupe.rollout.jinja.syntax;

import java.util.ArrayList;
import java.util.List;

/** The parts of expressions and statements, in the order of the template. */
final class Children {
  private Children() {}

  /** The expressions that an expression is made of. */
  static List<Expression> of(Expression expression) {
    return switch (expression) {
      case Expression.Constant constant -> List.of();
      case Expression.Name name -> List.of();
      case Expression.ListLiteral list -> list.items();
      case Expression.TupleLiteral tuple -> tuple.items();
      case Expression.DictLiteral dict ->
          dict.entries().stream().flatMap(e -> List.of(e.key(), e.value()).stream()).toList();
      case Expression.Attribute attribute -> List.of(attribute.value());
      case Expression.Item item -> List.of(item.value(), item.index());
      case Expression.Slice slice -> ofSlice(slice);
      case Expression.Call call -> with(call.function(), ofArguments(call.arguments()));
      case Expression.Filter filter -> {
        List<Expression> parts = new ArrayList<>();
        filter.value().ifPresent(parts::add);
        parts.addAll(ofArguments(filter.arguments()));
        yield parts;
      }
      case Expression.Test test -> with(test.value(), ofArguments(test.arguments()));
      case Expression.Not not -> List.of(not.value());
      case Expression.Sign sign -> List.of(sign.value());
      case Expression.Binary binary -> List.of(binary.left(), binary.right());
      case Expression.Concatenation concatenation -> concatenation.parts();
      case Expression.Compare compare ->
          with(
              compare.first(), compare.operands().stream().map(Expression.Operand::value).toList());
      case Expression.And and -> List.of(and.left(), and.right());
      case Expression.Or or -> List.of(or.left(), or.right());
      case Expression.Conditional conditional -> {
        List<Expression> parts = new ArrayList<>(List.of(conditional.test(), conditional.value()));
        conditional.otherwise().ifPresent(parts::add);
        yield parts;
      }
    };
  }

  private static List<Expression> ofSlice(Expression.Slice slice) {
    List<Expression> parts = new ArrayList<>(List.of(slice.value()));
    slice.start().ifPresent(parts::add);
    slice.stop().ifPresent(parts::add);
    slice.step().ifPresent(parts::add);
    return parts;
  }

  private static List<Expression> with(Expression first, List<Expression> rest) {
    List<Expression> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }

  private static List<Expression> ofArguments(Expression.CallArguments arguments) {
    List<Expression> parts = new ArrayList<>(arguments.positional());
    arguments.named().forEach(keyword -> parts.add(keyword.value()));
    arguments.morePositional().ifPresent(parts::add);
    arguments.moreNamed().ifPresent(parts::add);
    return parts;
  }

  /** The expressions of a statement, without those of the statements inside. */
  static List<Expression> expressionsOf(Statement statement) {
    return switch (statement) {
      case Statement.Data data -> List.of();
      case Statement.Print print -> List.of(print.value());
      case Statement.If branch -> branch.branches().stream().map(Statement.Branch::test).toList();
      case Statement.For loop -> {
        List<Expression> parts = new ArrayList<>(List.of(loop.iterable()));
        loop.test().ifPresent(test -> parts.add(test.test()));
        yield parts;
      }
      case Statement.Set set -> List.of(set.value());
      case Statement.SetBlock block -> List.copyOf(block.filter().stream().toList());
      case Statement.Macro macro -> macro.signature().defaults();
      case Statement.CallBlock call -> with(call.call(), call.signature().defaults());
      case Statement.Generation generation -> List.of();
      case Statement.FilterBlock block -> List.of(block.filter());
      case Statement.With with -> with.values();
      case Statement.Break end -> List.of();
      case Statement.Continue next -> List.of();
    };
  }

  /** The statements inside a statement, those of scopes included. */
  static List<Statement> statementsOf(Statement statement) {
    return switch (statement) {
      case Statement.If branch -> {
        List<Statement> parts = new ArrayList<>();
        branch.branches().forEach(part -> parts.addAll(part.body()));
        parts.addAll(branch.otherwise());
        yield parts;
      }
      case Statement.For loop -> {
        List<Statement> parts = new ArrayList<>(loop.body().statements());
        parts.addAll(loop.otherwise().statements());
        yield parts;
      }
      case Statement.SetBlock block -> block.body().statements();
      case Statement.Macro macro -> macro.body().statements();
      case Statement.CallBlock call -> call.body().statements();
      case Statement.Generation generation -> generation.body().statements();
      case Statement.FilterBlock block -> block.body().statements();
      case Statement.With with -> with.body().statements();
      case Statement.Data data -> List.of();
      case Statement.Print print -> List.of();
      case Statement.Set set -> List.of();
      case Statement.Break end -> List.of();
      case Statement.Continue next -> List.of();
    };
  }
}
