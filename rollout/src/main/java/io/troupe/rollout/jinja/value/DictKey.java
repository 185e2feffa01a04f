package io.troupe.rollout.jinja.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A key of a dictionary, equal to another as Python's keys are: {@code 1}, {@code 1.0} and {@code
 * True} are one key.
 */
public final class DictKey {
  private static final int MAX_DEPTH = 20; // nested tuples

  private final Value value;
  private final Object identity;

  private DictKey(Value value, Object identity) {
    this.value = value;
    this.identity = identity;
  }

  /** The key of a text. */
  public static DictKey of(String text) {
    return new DictKey(Value.text(text), text);
  }

  /**
   * The key of a value.
   *
   * @throws TemplateException if Python cannot hash it
   */
  public static DictKey of(Value value) {
    return new DictKey(value, identity(value, 0));
  }

  /** The value that the key was first made of. */
  public Value value() {
    return value;
  }

  private static Object identity(Value value, int depth) {
    if (depth > MAX_DEPTH) {
      throw TemplateException.of(
          TemplateException.Kind.LIMIT, "keys must not nest more than " + MAX_DEPTH + " tuples");
    }
    return switch (value) {
      case Value.Str(String text, boolean safe) -> text;
      case Value.Bool(boolean truth) -> truth ? BigInteger.ONE : BigInteger.ZERO;
      case Value.Int(BigInteger number) -> number;
      case Value.Float(double number) -> number(number);
      case Value.None none -> Value.NONE;
      case Value.Undefined undefined -> Value.Undefined.class;
      case Value.Tuple(List<Value> items) -> {
        List<Object> identities = new ArrayList<>();
        items.forEach(item -> identities.add(identity(item, depth + 1)));
        yield identities;
      }
      case Value.ListValue list -> throw unhashable("list");
      case Value.Dict dict -> throw unhashable("dict");
      case Value.DictView(String type, List<Value> items) -> throw unhashable(type);
      case Value.Range range -> range;
      case Value.Generator generator -> generator;
      case Value.Namespace namespace -> System.identityHashCode(namespace);
      case Value.Function function -> function;
      case Value.ObjectWithAttributes object -> object;
    };
  }

  private static Object number(double number) {
    return number == Math.rint(number) && !Double.isInfinite(number)
        ? new BigDecimal(number).toBigIntegerExact()
        : (Object) number;
  }

  private static TemplateException unhashable(String type) {
    return TemplateException.type("unhashable type: '" + type + "'");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DictKey key && identity.equals(key.identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }
}
