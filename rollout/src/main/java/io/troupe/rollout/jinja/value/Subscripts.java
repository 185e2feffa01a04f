package io.troupe.rollout.jinja.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Python's {@code value[index]} and {@code value[start:stop:step]}. */
public final class Subscripts {
  private final Budget budget;

  /** Creates the operations of one rendering, which charge its budget. */
  public Subscripts(Budget budget) {
    this.budget = budget;
  }

  /**
   * The element at an index or key; empty where Python raises {@code TypeError}, {@code KeyError}
   * or {@code IndexError}.
   */
  public Optional<Value> item(Value value, Value index) {
    return switch (value) {
      case Value.Undefined undefined -> throw undefined.error();
      case Value.Dict dict -> key(index).map(dict.entries()::get);
      case Value.Sequence sequence ->
          position(index, sequence.size()).map(position -> sequence.get(position));
      case Value.Str(String text, boolean safe) -> character(text, safe, index);
      default -> Optional.empty();
    };
  }

  private static Optional<DictKey> key(Value index) {
    return index instanceof Value.ListValue || index instanceof Value.Dict
        ? Optional.empty()
        : Optional.of(DictKey.of(index));
  }

  private static Optional<Integer> position(Value index, int size) {
    if (PythonNumbers.asInteger(index).isEmpty()) {
      return Optional.empty();
    }
    int position = PythonNumbers.asIndex(index);
    int fromStart = position < 0 ? position + size : position;
    return fromStart < 0 || fromStart >= size ? Optional.empty() : Optional.of(fromStart);
  }

  private Optional<Value> character(String text, boolean safe, Value index) {
    budget.charge(text.length() / 16);
    if (PythonStrings.hasNoSurrogates(text)) {
      return position(index, text.length())
          .map(i -> new Value.Str(String.valueOf(text.charAt(i)), safe));
    }
    return position(index, text.codePointCount(0, text.length()))
        .map(i -> text.codePointAt(text.offsetByCodePoints(0, i)))
        .map(c -> new Value.Str(Character.toString(c), safe));
  }

  /**
   * A part of a text or a sequence.
   *
   * @param start {@code None} for the first element, in the direction of the step
   * @param stop {@code None} for the end
   * @param step {@code None} for 1
   * @throws TemplateException if the value has no parts
   */
  public Value slice(Value value, Value start, Value stop, Value step) {
    return switch (value) {
      case Value.Undefined undefined -> throw undefined.error();
      case Value.Str(String text, boolean safe) -> {
        budget.chargeText(text.length());
        yield new Value.Str(sliceText(text, start, stop, step), safe);
      }
      case Value.ListValue(List<Value> items) ->
          new Value.ListValue(pick(items, start, stop, step));
      case Value.Tuple(List<Value> items) -> new Value.Tuple(pick(items, start, stop, step));
      case Value.Range range -> slice(range, Bounds.of(range.size(), start, stop, step));
      case Value.Dict dict -> throw TemplateException.type("unhashable type: 'slice'");
      default ->
          throw TemplateException.type(
              "'" + PythonTypes.nameOf(value) + "' object is not subscriptable");
    };
  }

  private static Value slice(Value.Range range, Bounds bounds) {
    return new Value.Range(
        range.start() + bounds.start() * range.step(),
        range.start() + bounds.end() * range.step(),
        range.step() * bounds.step());
  }

  private static String sliceText(String text, Value start, Value stop, Value step) {
    if (PythonStrings.hasNoSurrogates(text)) {
      StringBuilder out = new StringBuilder();
      Bounds bounds = Bounds.of(text.length(), start, stop, step);
      for (int i = 0; i < bounds.count(); i++) {
        out.append(text.charAt(bounds.position(i)));
      }
      return out.toString();
    }
    int[] characters = text.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    Bounds bounds = Bounds.of(characters.length, start, stop, step);
    for (int i = 0; i < bounds.count(); i++) {
      out.appendCodePoint(characters[bounds.position(i)]);
    }
    return out.toString();
  }

  private List<Value> pick(List<Value> items, Value start, Value stop, Value step) {
    Bounds bounds = Bounds.of(items.size(), start, stop, step);
    budget.charge(bounds.count());
    List<Value> picked = new ArrayList<>(bounds.count());
    for (int i = 0; i < bounds.count(); i++) {
      picked.add(items.get(bounds.position(i)));
    }
    return picked;
  }

  /** The positions of a slice. */
  private record Bounds(int start, int end, int step, int count) {
    static Bounds of(int size, Value start, Value stop, Value step) {
      int stride = step instanceof Value.None ? 1 : bound(step);
      if (stride == 0) {
        throw TemplateException.value("slice step cannot be zero");
      }
      int lowest = stride > 0 ? 0 : -1;
      int highest = stride > 0 ? size : size - 1;
      int first = clamp(start, size, lowest, highest, stride > 0 ? lowest : highest);
      int end = clamp(stop, size, lowest, highest, stride > 0 ? highest : lowest);
      long distance = stride > 0 ? (long) end - first : (long) first - end;
      long absolute = Math.abs((long) stride);
      return new Bounds(
          first, end, stride, distance <= 0 ? 0 : (int) ((distance + absolute - 1) / absolute));
    }

    private static int clamp(Value value, int size, int lowest, int highest, int orElse) {
      if (value instanceof Value.None) {
        return orElse;
      }
      int position = bound(value);
      long fromStart = position < 0 ? (long) position + size : position;
      return (int) Math.clamp(fromStart, (long) lowest, (long) highest);
    }

    private static int bound(Value value) {
      if (value instanceof Value.Undefined || PythonNumbers.asInteger(value).isEmpty()) {
        throw TemplateException.type(
            "slice indices must be integers or None or have an __index__ method");
      }
      return PythonNumbers.asIndex(value);
    }

    int position(int index) {
      return start + index * step;
    }
  }
}
