package io.troupe.rollout.jinja.value;

/** Python's truth of values. */
public final class Truth {
  private Truth() {}

  /** Whether a value counts as true. */
  public static boolean of(Value value) {
    return switch (value) {
      case Value.None none -> false;
      case Value.Undefined undefined -> false;
      case Value.Bool bool -> bool.value();
      case Value.Int number -> number.value().signum() != 0;
      case Value.Float number -> number.value() != 0;
      case Value.Str text -> !text.text().isEmpty();
      case Value.Sequence sequence -> sequence.size() > 0;
      case Value.Dict dict -> !dict.entries().isEmpty();
      case Value.DictView view -> !view.items().isEmpty();
      case Value.Generator generator -> true;
      case Value.Namespace namespace -> true;
      case Value.Function function -> true;
      case Value.ObjectWithAttributes object -> true;
    };
  }
}
