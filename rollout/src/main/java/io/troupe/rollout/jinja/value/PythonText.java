package io.troupe.rollout.jinja.value;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code str} and {@code repr} of values. */
public final class PythonText {
  private final Budget budget;

  /** Creates the operations of one rendering, which charge its budget. */
  public PythonText(Budget budget) {
    this.budget = budget;
  }

  /** The text that printing a value gives. */
  public String str(Value value) {
    return switch (value) {
      case Value.Str text -> text.text();
      case Value.Undefined undefined -> "";
      default -> repr(value);
    };
  }

  /** The text of a value inside a list. */
  public String repr(Value value) {
    StringBuilder out = new StringBuilder();
    append(out, value);
    return out.toString();
  }

  private void append(StringBuilder out, Value value) {
    int before = out.length();
    budget.enter();
    switch (value) {
      case Value.None none -> out.append("None");
      case Value.Undefined undefined -> out.append("Undefined");
      case Value.Bool bool -> out.append(bool.value() ? "True" : "False");
      case Value.Int number -> out.append(number.value());
      case Value.Float number -> out.append(PythonFloat.text(number.value()));
      case Value.Str text -> appendText(out, text);
      case Value.ListValue list -> appendAll(out, "[", list.items(), "]");
      case Value.Tuple tuple -> appendAll(out, "(", tuple.items(), tuple.size() == 1 ? ",)" : ")");
      case Value.Range range -> appendRange(out, range);
      case Value.Dict dict -> appendEntries(out, dict);
      case Value.DictView view -> appendAll(out, view.type() + "([", view.items(), "])");
      case Value.Generator generator -> out.append("<generator object>");
      case Value.Namespace(Map<String, Value> attributes) -> {
        out.append("<Namespace ");
        append(out, Value.Dict.ofTexts(attributes));
        out.append('>');
      }
      case Value.Function function -> out.append("<function ").append(function.name()).append('>');
      case Value.ObjectWithAttributes object ->
          out.append('<').append(object.typeName()).append(" object>");
    }
    budget.leave();
    budget.chargeText(out.length() - before);
    budget.checkLength(out.length());
  }

  private static void appendText(StringBuilder out, Value.Str text) {
    if (text.safe()) {
      out.append("Markup(");
    }
    PythonQuotes.append(out, text.text());
    if (text.safe()) {
      out.append(')');
    }
  }

  private static void appendRange(StringBuilder out, Value.Range range) {
    out.append("range(").append(range.start()).append(", ").append(range.stop());
    if (range.step() != 1) {
      out.append(", ").append(range.step());
    }
    out.append(')');
  }

  private void appendAll(StringBuilder out, String open, List<Value> items, String close) {
    out.append(open);
    for (int i = 0; i < items.size(); i++) {
      out.append(i == 0 ? "" : ", ");
      append(out, items.get(i));
    }
    out.append(close);
  }

  private void appendEntries(StringBuilder out, Value.Dict dict) {
    out.append('{');
    Iterator<Map.Entry<DictKey, Value>> entries = dict.entries().entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<DictKey, Value> entry = entries.next();
      append(out, entry.getKey().value());
      out.append(": ");
      append(out, entry.getValue());
      out.append(entries.hasNext() ? ", " : "");
    }
    out.append('}');
  }
}
