package io.troupe.rollout.jinja.value;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The text of Python's {@code json.dumps}. Not thread-safe. */
public final class JsonText {
  /**
   * How the text is written.
   *
   * @param asciiOnly whether other characters are escaped
   * @param indent indentation of each level; null for one line
   * @param itemSeparator between the elements of lists and objects
   * @param keySeparator between key and value
   * @param sortKeys whether keys are sorted
   */
  public record Style(
      boolean asciiOnly,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys) {}

  private final Budget budget;
  private final Style style;
  private final StringBuilder out = new StringBuilder();

  private JsonText(Budget budget, Style style) {
    this.budget = budget;
    this.style = style;
  }

  /**
   * The text of a value.
   *
   * @throws TemplateException if JSON cannot represent it
   */
  public static String of(Value value, Style style, Budget budget) {
    JsonText json = new JsonText(budget, style);
    json.write(value, 0);
    return json.out.toString();
  }

  private void write(Value value, int level) {
    int before = out.length();
    budget.enter();
    switch (value) {
      case Value.None none -> out.append("null");
      case Value.Bool bool -> out.append(bool.value());
      case Value.Int number -> out.append(number.value());
      case Value.Float(double number) -> out.append(number(number));
      case Value.Str(String text, boolean safe) -> quote(text);
      case Value.ListValue list -> writeItems(list.items(), level);
      case Value.Tuple tuple -> writeItems(tuple.items(), level);
      case Value.Dict dict -> writeEntries(dict, level);
      default ->
          throw TemplateException.type(
              "Object of type " + PythonTypes.nameOf(value) + " is not JSON serializable");
    }
    budget.leave();
    budget.chargeText(out.length() - before);
    budget.checkLength(out.length());
  }

  private static String number(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "Infinity" : "-Infinity";
    }
    return PythonFloat.text(number);
  }

  private void writeItems(List<Value> items, int level) {
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : style.itemSeparator());
      newLine(level + 1);
      write(items.get(i), level + 1);
    }
    if (!items.isEmpty()) {
      newLine(level);
    }
    out.append(']');
  }

  private void writeEntries(Value.Dict dict, int level) {
    List<Map.Entry<DictKey, Value>> entries = new ArrayList<>(dict.entries().entrySet());
    if (style.sortKeys()) {
      Comparison comparison = new Comparison(budget);
      entries.sort((a, b) -> comparison.order(a.getKey().value(), b.getKey().value(), "<"));
    }
    out.append('{');
    for (int i = 0; i < entries.size(); i++) {
      out.append(i == 0 ? "" : style.itemSeparator());
      newLine(level + 1);
      quote(key(entries.get(i).getKey().value()));
      out.append(style.keySeparator());
      write(entries.get(i).getValue(), level + 1);
    }
    if (!entries.isEmpty()) {
      newLine(level);
    }
    out.append('}');
  }

  private static String key(Value key) {
    return switch (key) {
      case Value.Str(String text, boolean safe) -> text;
      case Value.Float(double number) -> number(number);
      case Value.Bool bool -> bool.value() ? "true" : "false";
      case Value.None none -> "null";
      case Value.Int number -> number.value().toString();
      default ->
          throw TemplateException.type(
              "keys must be str, int, float, bool or None, not " + PythonTypes.nameOf(key));
    };
  }

  private void newLine(int level) {
    if (style.indent() != null) {
      budget.checkLength(out.length() + (long) style.indent().length() * level);
      out.append('\n').append(style.indent().repeat(level));
    }
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || (style.asciiOnly() && c > '~')) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
