package io.troupe.rollout.jinja.value;

/** The names of Python types in error messages. */
public final class PythonTypes {
  private PythonTypes() {}

  /** The name of the Python type of a value. */
  public static String nameOf(Value value) {
    return switch (value) {
      case Value.None none -> "NoneType";
      case Value.Undefined undefined -> "Undefined";
      case Value.Bool bool -> "bool";
      case Value.Int number -> "int";
      case Value.Float number -> "float";
      case Value.Str text -> text.safe() ? "Markup" : "str";
      case Value.ListValue list -> "list";
      case Value.Tuple tuple -> "tuple";
      case Value.Range range -> "range";
      case Value.Dict dict -> "dict";
      case Value.DictView view -> view.type();
      case Value.Generator generator -> "generator";
      case Value.Namespace namespace -> "Namespace";
      case Value.Function function -> "function";
      case Value.ObjectWithAttributes object -> object.typeName();
    };
  }

  /** Describes a value in Jinja's error message for a missing attribute. */
  public static String describe(Value value) {
    return switch (value) {
      case Value.None none -> "None";
      case Value.Str text when text.safe() -> "markupsafe.Markup object";
      case Value.Namespace namespace -> "jinja2.utils.Namespace object";
      default -> nameOf(value) + " object";
    };
  }
}
