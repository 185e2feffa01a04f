package io.troupe.rollout.jinja.value;

import java.util.List;
import java.util.Map;

/** Python's comparisons of values. */
public final class Comparison {
  private final Budget budget;

  /** Creates the operations of one rendering, which charge its budget. */
  public Comparison(Budget budget) {
    this.budget = budget;
  }

  /** {@code a == b}. */
  public boolean equal(Value a, Value b) {
    budget.step();
    if (PythonNumbers.isNumber(a) && PythonNumbers.isNumber(b)) {
      return !PythonNumbers.isNaN(a) && !PythonNumbers.isNaN(b) && PythonNumbers.compare(a, b) == 0;
    }
    return switch (a) {
      case Value.Str text -> b instanceof Value.Str other && equal(text.text(), other.text());
      case Value.ListValue list -> b instanceof Value.ListValue other && equalItems(list, other);
      case Value.Tuple tuple -> b instanceof Value.Tuple other && equalItems(tuple, other);
      case Value.Range range -> b instanceof Value.Range other && equalItems(range, other);
      case Value.Dict dict -> b instanceof Value.Dict other && equalEntries(dict, other);
      case Value.None none -> b instanceof Value.None;
      case Value.Undefined undefined -> b instanceof Value.Undefined;
      default -> a == b;
    };
  }

  private boolean equal(String a, String b) {
    if (a.length() != b.length()) {
      return false;
    }
    budget.chargeText(a.length());
    return a.equals(b);
  }

  private boolean equalItems(Value.Sequence a, Value.Sequence b) {
    if (a.size() != b.size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (int i = 0; i < a.size() && equal; i++) {
      equal = a.get(i) == b.get(i) || equal(a.get(i), b.get(i));
    }
    budget.leave();
    return equal;
  }

  private boolean equalEntries(Value.Dict a, Value.Dict b) {
    if (a.entries().size() != b.entries().size()) {
      return false;
    }
    budget.enter();
    boolean equal = true;
    for (Map.Entry<DictKey, Value> entry : a.entries().entrySet()) {
      Value other = b.entries().get(entry.getKey());
      equal = equal && other != null && equal(entry.getValue(), other);
    }
    budget.leave();
    return equal;
  }

  /**
   * The order of two values: negative, 0 or positive.
   *
   * @param operator for the error message, such as {@code <}
   * @throws TemplateException if Python does not order them
   */
  public int order(Value a, Value b, String operator) {
    budget.step();
    if (PythonNumbers.isNumber(a) && PythonNumbers.isNumber(b)) {
      return PythonNumbers.compare(a, b);
    }
    if (a instanceof Value.Str(String x, boolean safe) && b instanceof Value.Str(String y, var s)) {
      budget.chargeText(Math.min(x.length(), y.length()));
      return compareByCodePoint(x, y);
    }
    if ((a instanceof Value.ListValue && b instanceof Value.ListValue)
        || (a instanceof Value.Tuple && b instanceof Value.Tuple)) {
      return orderItems((Value.Sequence) a, (Value.Sequence) b, operator);
    }
    for (Value value : List.of(a, b)) {
      if (value instanceof Value.Undefined undefined) {
        throw undefined.error();
      }
    }
    throw TemplateException.type(
        "'"
            + operator
            + "' not supported between instances of '"
            + PythonTypes.nameOf(a)
            + "' and '"
            + PythonTypes.nameOf(b)
            + "'");
  }

  /** Whether two values can be ordered at all: not if one of them is NaN. */
  public boolean isOrdered(Value a, Value b) {
    return !PythonNumbers.isNaN(a) && !PythonNumbers.isNaN(b);
  }

  private int orderItems(Value.Sequence a, Value.Sequence b, String operator) {
    budget.enter();
    int order = 0;
    for (int i = 0; i < Math.min(a.size(), b.size()) && order == 0; i++) {
      order = equal(a.get(i), b.get(i)) ? 0 : order(a.get(i), b.get(i), operator);
    }
    budget.leave();
    return order != 0 ? order : Integer.compare(a.size(), b.size());
  }

  private static int compareByCodePoint(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i == a.length() || i == b.length()) {
      return Integer.compare(a.length(), b.length());
    }
    boolean bothInSurrogates =
        Character.isSurrogate(a.charAt(i)) == Character.isSurrogate(b.charAt(i));
    return bothInSurrogates
        ? Character.compare(a.charAt(i), b.charAt(i))
        : Character.isSurrogate(a.charAt(i)) ? 1 : -1; // beyond U+FFFF
  }

  /** {@code item in container}. */
  public boolean contains(Value container, Value item) {
    return switch (container) {
      case Value.Str(String text, boolean safe) -> containsText(text, item);
      case Value.Dict dict -> dict.entries().containsKey(DictKey.of(item));
      case Value.Sequence sequence -> {
        boolean found = false;
        for (int i = 0; i < sequence.size() && !found; i++) {
          found = equal(sequence.get(i), item);
        }
        yield found;
      }
      case Value.DictView view -> view.items().stream().anyMatch(other -> equal(other, item));
      case Value.Generator generator -> {
        boolean found = false;
        while (!found && generator.items().hasNext()) {
          found = equal(generator.items().next(), item);
        }
        yield found;
      }
      case Value.Undefined undefined -> false;
      default ->
          throw TemplateException.type(
              "argument of type '" + PythonTypes.nameOf(container) + "' is not iterable");
    };
  }

  private boolean containsText(String text, Value item) {
    if (!(item instanceof Value.Str(String part, boolean safe))) {
      throw TemplateException.type(
          "'in <string>' requires string as left operand, not " + PythonTypes.nameOf(item));
    }
    budget.chargeText(text.length());
    return new TextSearch(part).indexIn(text, 0) >= 0;
  }
}
