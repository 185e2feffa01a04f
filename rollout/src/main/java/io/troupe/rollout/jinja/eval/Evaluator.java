package io.troupe.rollout.jinja.eval;

import io.troupe.rollout.jinja.builtin.Builtins;
import io.troupe.rollout.jinja.builtin.Operations;
import io.troupe.rollout.jinja.syntax.Expression;
import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.DictKey;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Truth;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Computes expressions. */
final class Evaluator {
  private static final int STEPS_PER_ELEMENT = 4;

  private final Builtins builtins;
  private final Operations operations;

  Evaluator(Builtins builtins) {
    this.builtins = builtins;
    this.operations = builtins.operations();
  }

  /** The value of an expression. */
  Value evaluate(Expression expression, Frame frame) {
    operations.budget().step();
    operations.budget().enter();
    try {
      Value value = dispatch(expression, frame);
      operations.budget().leave();
      return value;
    } catch (TemplateException e) {
      throw e.atLine(expression.line());
    }
  }

  private Value dispatch(Expression expression, Frame frame) {
    return switch (expression) {
      case Expression.Constant constant -> constant.value();
      case Expression.Name name -> variable(name.name(), frame);
      case Expression.ListLiteral list -> Value.list(evaluateAll(list.items(), frame));
      case Expression.TupleLiteral tuple -> new Value.Tuple(evaluateAll(tuple.items(), frame));
      case Expression.DictLiteral dict -> dictionary(dict, frame);
      case Expression.Attribute attribute ->
          builtins.attributes().attribute(evaluate(attribute.value(), frame), attribute.name());
      case Expression.Item item -> item(item, frame);
      case Expression.Slice slice -> slice(slice, frame);
      case Expression.Call call -> call(call, Optional.empty(), frame);
      case Expression.Filter filter -> filter(filter, Optional.empty(), frame);
      case Expression.Test test -> test(test, frame);
      case Expression.Not not -> Value.bool(!Truth.of(evaluate(not.value(), frame)));
      case Expression.Sign sign ->
          operations.arithmetic().sign(evaluate(sign.value(), frame), sign.negative());
      case Expression.Binary binary -> binary(binary, frame);
      case Expression.Concatenation concatenation -> concatenate(concatenation, frame);
      case Expression.Compare compare -> compare(compare, frame);
      case Expression.And and -> {
        Value left = evaluate(and.left(), frame);
        yield Truth.of(left) ? evaluate(and.right(), frame) : left;
      }
      case Expression.Or or -> {
        Value left = evaluate(or.left(), frame);
        yield Truth.of(left) ? left : evaluate(or.right(), frame);
      }
      case Expression.Conditional conditional -> conditional(conditional, frame);
    };
  }

  private static Value variable(String name, Frame frame) {
    return frame.find(name).orElseGet(() -> Value.Undefined.of("'" + name + "' is undefined"));
  }

  private List<Value> evaluateAll(List<Expression> expressions, Frame frame) {
    operations.budget().charge((long) STEPS_PER_ELEMENT * expressions.size());
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression, frame));
    }
    return values;
  }

  private Value dictionary(Expression.DictLiteral literal, Frame frame) {
    Map<DictKey, Value> entries = new LinkedHashMap<>();
    for (Expression.Entry entry : literal.entries()) {
      operations.budget().charge(STEPS_PER_ELEMENT);
      DictKey key = DictKey.of(evaluate(entry.key(), frame));
      entries.put(key, evaluate(entry.value(), frame));
    }
    return new Value.Dict(entries);
  }

  private Value item(Expression.Item item, Frame frame) {
    Value value = evaluate(item.value(), frame);
    return builtins.attributes().item(value, evaluate(item.index(), frame));
  }

  private Value slice(Expression.Slice slice, Frame frame) {
    Value value = evaluate(slice.value(), frame);
    Value start = bound(slice.start(), frame);
    Value stop = bound(slice.stop(), frame);
    return operations.subscripts().slice(value, start, stop, bound(slice.step(), frame));
  }

  private Value bound(Optional<Expression> expression, Frame frame) {
    return expression.map(given -> evaluate(given, frame)).orElse(Value.NONE);
  }

  /** The result of a call, with the block of {@code call} as one more argument. */
  Value call(Expression.Call call, Optional<Value> caller, Frame frame) {
    Value function = evaluate(call.function(), frame);
    Arguments given = arguments(call.arguments(), frame);
    Arguments arguments = caller.map(value -> given.with("caller", value)).orElse(given);
    return switch (function) {
      case Value.Function callable -> callable.call(arguments);
      case Value.Undefined undefined -> throw undefined.error();
      case Value.ObjectWithAttributes object ->
          throw TemplateException.type(
              "The loop must have the 'recursive' marker to be called recursively.");
      default ->
          throw TemplateException.type(
              "'" + PythonTypes.nameOf(function) + "' object is not callable");
    };
  }

  private Arguments arguments(Expression.CallArguments arguments, Frame frame) {
    List<Value> positional = evaluateAll(arguments.positional(), frame);
    Map<String, Value> named = new LinkedHashMap<>();
    for (Expression.Keyword keyword : arguments.named()) {
      addNamed(named, keyword.name(), evaluate(keyword.value(), frame));
    }
    arguments
        .morePositional()
        .ifPresent(more -> positional.addAll(operations.iteration().toList(evaluate(more, frame))));
    arguments.moreNamed().ifPresent(more -> addAll(named, evaluate(more, frame)));
    return new Arguments(positional, named);
  }

  private static void addNamed(Map<String, Value> named, String name, Value value) {
    if (named.put(name, value) != null) {
      throw TemplateException.type("got multiple values for keyword argument '" + name + "'");
    }
  }

  private static void addAll(Map<String, Value> named, Value more) {
    if (!(more instanceof Value.Dict dict)) {
      throw TemplateException.type(
          "argument after ** must be a mapping, not " + PythonTypes.nameOf(more));
    }
    dict.entries()
        .forEach(
            (key, value) -> {
              if (!(key.value() instanceof Value.Str(String name, boolean safe))) {
                throw TemplateException.type("keywords must be strings");
              }
              addNamed(named, name, value);
            });
  }

  /**
   * The result of a filter.
   *
   * @param block the text of the block that the filter is applied to
   */
  Value filter(Expression.Filter filter, Optional<Value> block, Frame frame) {
    Value value =
        filter
            .value()
            .map(
                given ->
                    given instanceof Expression.Filter inner && block.isPresent()
                        ? filter(inner, block, frame)
                        : evaluate(given, frame))
            .or(() -> block)
            .orElseThrow();
    return builtins.filter(filter.name(), value, arguments(filter.arguments(), frame));
  }

  private Value test(Expression.Test test, Frame frame) {
    Value value = evaluate(test.value(), frame);
    return builtins.test(test.name(), value, arguments(test.arguments(), frame));
  }

  private Value binary(Expression.Binary binary, Frame frame) {
    Value left = evaluate(binary.left(), frame);
    Value right = evaluate(binary.right(), frame);
    return switch (binary.operator()) {
      case "+" -> operations.arithmetic().add(left, right);
      case "-" -> operations.arithmetic().subtract(left, right);
      case "*" -> operations.arithmetic().multiply(left, right);
      case "/" -> operations.arithmetic().divide(left, right);
      case "//" -> operations.arithmetic().floorDivide(left, right);
      case "%" -> operations.arithmetic().modulo(left, right);
      case "**" -> operations.arithmetic().power(left, right);
      default -> throw new IllegalStateException("no operator " + binary.operator());
    };
  }

  private Value concatenate(Expression.Concatenation concatenation, Frame frame) {
    StringBuilder out = new StringBuilder();
    for (Value part : evaluateAll(concatenation.parts(), frame)) {
      out.append(operations.text().str(part));
      operations.budget().checkLength(out.length());
    }
    operations.budget().chargeText(out.length());
    return Value.text(out.toString());
  }

  private Value compare(Expression.Compare compare, Frame frame) {
    Value left = evaluate(compare.first(), frame);
    for (Expression.Operand operand : compare.operands()) {
      Value right = evaluate(operand.value(), frame);
      if (!holds(operand.operator(), left, right)) {
        return Value.FALSE;
      }
      left = right;
    }
    return Value.TRUE;
  }

  private boolean holds(String operator, Value left, Value right) {
    return switch (operator) {
      case "==" -> operations.comparison().equal(left, right);
      case "!=" -> !operations.comparison().equal(left, right);
      case "in" -> operations.comparison().contains(right, left);
      case "not in" -> !operations.comparison().contains(right, left);
      default -> isOrdered(operator, left, right);
    };
  }

  private boolean isOrdered(String operator, Value left, Value right) {
    if (!operations.comparison().isOrdered(left, right)) {
      return false;
    }
    int order = operations.comparison().order(left, right, operator);
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  private Value conditional(Expression.Conditional conditional, Frame frame) {
    if (Truth.of(evaluate(conditional.test(), frame))) {
      return evaluate(conditional.value(), frame);
    }
    return conditional
        .otherwise()
        .map(otherwise -> evaluate(otherwise, frame))
        .orElseGet(
            () ->
                Value.Undefined.of(
                    "the inline if-expression on line "
                        + conditional.line()
                        + " evaluated to false and no else section was defined."));
  }
}
