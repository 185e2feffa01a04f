package io.troupe.rollout.jinja.value;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Python's iteration over values. */
public final class Iteration {
  private static final int STEPS_PER_ELEMENT =
      4; // an element takes as much memory as 64 characters

  private final Budget budget;

  /** Creates the operations of one rendering, which charge its budget. */
  public Iteration(Budget budget) {
    this.budget = budget;
  }

  /**
   * Iterates over a value.
   *
   * @throws TemplateException if it is not iterable
   */
  public Iterator<Value> of(Value value) {
    return switch (value) {
      case Value.Str(String text, boolean safe) -> characters(text);
      case Value.ListValue list -> list.items().iterator();
      case Value.Tuple tuple -> tuple.items().iterator();
      case Value.Range range -> elements(range);
      case Value.Dict dict -> dict.entries().keySet().stream().map(DictKey::value).iterator();
      case Value.DictView view -> view.items().iterator();
      case Value.Generator generator -> generator.items();
      case Value.Undefined undefined -> List.<Value>of().iterator();
      default ->
          throw TemplateException.type(
              "'" + PythonTypes.nameOf(value) + "' object is not iterable");
    };
  }

  /** Whether a value can be iterated over. */
  public static boolean isIterable(Value value) {
    return switch (value) {
      case Value.Str text -> true;
      case Value.Sequence sequence -> true;
      case Value.Dict dict -> true;
      case Value.DictView view -> true;
      case Value.Generator generator -> true;
      case Value.Undefined undefined -> true;
      default -> false;
    };
  }

  /** All elements of a value. */
  public List<Value> toList(Value value) {
    List<Value> items = new ArrayList<>();
    Iterator<Value> iterator = of(value);
    while (iterator.hasNext()) {
      budget.charge(STEPS_PER_ELEMENT);
      items.add(iterator.next());
    }
    return items;
  }

  /**
   * {@code len(value)}.
   *
   * @throws TemplateException if it has no length
   */
  public static int length(Value value) {
    return switch (value) {
      case Value.Str(String text, boolean safe) -> text.codePointCount(0, text.length());
      case Value.Sequence sequence -> sequence.size();
      case Value.Dict dict -> dict.entries().size();
      case Value.DictView view -> view.items().size();
      case Value.Undefined undefined -> 0;
      default ->
          throw TemplateException.type(
              "object of type '" + PythonTypes.nameOf(value) + "' has no len()");
    };
  }

  private static Iterator<Value> characters(String text) {
    return text.codePoints().mapToObj(c -> (Value) Value.text(Character.toString(c))).iterator();
  }

  private static Iterator<Value> elements(Value.Sequence sequence) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < sequence.size();
      }

      @Override
      public Value next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return sequence.get(next++);
      }
    };
  }
}
