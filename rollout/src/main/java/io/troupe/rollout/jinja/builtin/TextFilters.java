package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.JsonText;
import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.PythonStrings;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Filters whose results are texts. */
final class TextFilters {
  private static final int DEFAULT_INDENT = 4;

  private final Operations operations;
  private final StringMethods methods;
  private final StringSearch search;

  TextFilters(Operations operations) {
    this.operations = operations;
    this.methods = new StringMethods(operations);
    this.search = new StringSearch(operations);
  }

  void addTo(Map<String, Builtins.NamedFunction> filters) {
    filters.put("string", (value, arguments) -> operations.softText(value));
    filters.put("safe", (value, arguments) -> safe(value));
    filters.put("escape", (value, arguments) -> escape(value));
    filters.put("e", (value, arguments) -> escape(value));
    filters.put("upper", (value, arguments) -> upper(operations.softText(value)));
    filters.put("lower", (value, arguments) -> lower(operations.softText(value)));
    filters.put("capitalize", (value, arguments) -> capitalize(operations.softText(value)));
    filters.put("title", (value, arguments) -> title(operations.softText(value)));
    filters.put(
        "trim",
        (value, arguments) -> methods.strip(operations.softText(value), "strip", arguments));
    filters.put("replace", this::replace);
    filters.put("indent", this::indent);
    filters.put("format", this::format);
    filters.put("center", this::center);
    filters.put("truncate", this::truncate);
    filters.put("wordcount", (value, arguments) -> wordCount(value));
    filters.put("tojson", this::json);
  }

  private Value safe(Value value) {
    return operations.newText(operations.text().str(value), true);
  }

  private Value escape(Value value) {
    return value instanceof Value.Str text && text.safe()
        ? text
        : operations.newText(PythonStrings.escapeHtml(operations.text().str(value)), true);
  }

  private Value upper(Value.Str text) {
    return operations.newText(text.text().toUpperCase(Locale.ROOT), text.safe());
  }

  private Value lower(Value.Str text) {
    return operations.newText(text.text().toLowerCase(Locale.ROOT), text.safe());
  }

  private Value capitalize(Value.Str text) {
    return operations.newText(PythonStrings.capitalize(text.text()), text.safe());
  }

  /** Words start behind white space and one of {@code - ( { [ <}, unlike in {@code str.title}. */
  private Value title(Value.Str text) {
    StringBuilder out = new StringBuilder();
    boolean start = true;
    for (int i = 0; i < text.text().length(); ) {
      int c = text.text().codePointAt(i);
      String character = Character.toString(c);
      out.append(start ? character.toUpperCase(Locale.ROOT) : character.toLowerCase(Locale.ROOT));
      start = PythonStrings.isSpace(c) || "-({[<".indexOf(c) >= 0;
      i += Character.charCount(c);
    }
    return operations.newText(out.toString(), false);
  }

  private Value replace(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("replace", 2, "old", "new", "count");
    Value count = bound.get("count", Value.NONE);
    return search.replace(
        Value.text(operations.text().str(value)),
        operations.text().str(bound.get("old").orElseThrow()),
        operations.text().str(bound.get("new").orElseThrow()),
        count instanceof Value.None ? -1 : PythonNumbers.asIndex(count));
  }

  private Value indent(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("indent", 0, "width", "first", "blank");
    Value width = bound.get("width", Value.integer(DEFAULT_INDENT));
    Value.Str text = (Value.Str) requireText(operations.arithmetic().add(value, newLine(value)));
    String indentation =
        width instanceof Value.Str(String given, boolean safe) ? given : spaces(width);
    List<String> lines = PythonStrings.splitLines(text.text());
    StringBuilder out = new StringBuilder(bound.flag("first") ? indentation : "");
    for (int i = 0; i < lines.size(); i++) {
      boolean indented = i > 0 && (bound.flag("blank") || !lines.get(i).isEmpty());
      out.append(i == 0 ? "" : "\n").append(indented ? indentation : "").append(lines.get(i));
      operations.budget().checkLength(out.length());
    }
    return operations.newText(out.toString(), text.safe());
  }

  private static Value newLine(Value value) {
    return new Value.Str("\n", value instanceof Value.Str text && text.safe());
  }

  private static Value requireText(Value value) {
    if (value instanceof Value.Str) {
      return value;
    }
    throw TemplateException.type(
        "'" + PythonTypes.nameOf(value) + "' object has no attribute 'splitlines'");
  }

  private String spaces(Value width) {
    int count = Math.max(0, PythonNumbers.asIndex(width));
    operations.budget().checkLength(count);
    return " ".repeat(count);
  }

  private Value format(Value value, Arguments arguments) {
    if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
      throw TemplateException.type(
          "can't handle positional and keyword arguments at the same time");
    }
    Value values =
        arguments.named().isEmpty()
            ? new Value.Tuple(arguments.positional())
            : Value.Dict.ofTexts(arguments.named());
    return operations.arithmetic().modulo(operations.softText(value), values);
  }

  private Value center(Value value, Arguments arguments) {
    Value width = arguments.bind("center", 0, "width").get("width", Value.integer(80));
    return methods.justify(operations.softText(value), "center", PythonNumbers.asIndex(width), " ");
  }

  private Value truncate(Value value, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("truncate", 0, "length", "killwords", "end", "leeway");
    String end = operations.text().str(bound.get("end", Value.text("...")));
    int length = PythonNumbers.asIndex(bound.get("length", Value.integer(255)));
    Value leeway = bound.get("leeway", Value.NONE);
    int tolerance = leeway instanceof Value.None ? 5 : PythonNumbers.asIndex(leeway);
    String text = ((Value.Str) requireText(value)).text();
    int endLength = end.codePointCount(0, end.length());
    if (length < endLength || tolerance < 0) {
      throw TemplateException.value("expected length >= " + endLength + ", got " + length);
    }
    if (text.codePointCount(0, text.length()) <= (long) length + tolerance) {
      return value;
    }
    String cut = text.substring(0, text.offsetByCodePoints(0, length - endLength));
    int space = bound.flag("killwords") ? -1 : cut.lastIndexOf(' ');
    return operations.newText((space < 0 ? cut : cut.substring(0, space)) + end, false);
  }

  private Value wordCount(Value value) {
    int count = 0;
    boolean inWord = false;
    for (int c : operations.softText(value).text().codePoints().toArray()) {
      boolean word = Character.isLetterOrDigit(c) || c == '_';
      count += word && !inWord ? 1 : 0;
      inWord = word;
    }
    return Value.integer(count);
  }

  private Value json(Value value, Arguments arguments) {
    Arguments.Bound bound =
        arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    Value indent = bound.get("indent", Value.NONE);
    boolean indented = !(indent instanceof Value.None);
    List<String> separators = separators(bound.get("separators", Value.NONE), indented);
    JsonText.Style style =
        new JsonText.Style(
            bound.flag("ensure_ascii"),
            indented ? indentation(indent) : null,
            separators.get(0),
            separators.get(1),
            bound.flag("sort_keys"));
    return operations.newText(JsonText.of(value, style, operations.budget()), false);
  }

  private String indentation(Value indent) {
    return indent instanceof Value.Str(String text, boolean safe) ? text : spaces(indent);
  }

  private List<String> separators(Value separators, boolean indented) {
    if (separators instanceof Value.None) {
      return List.of(indented ? "," : ", ", ": ");
    }
    List<String> texts = new ArrayList<>();
    for (Value separator : operations.iteration().toList(separators)) {
      texts.add(
          StringMethods.text(
              separator, "separators must be str, not " + PythonTypes.nameOf(separator)));
    }
    if (texts.size() != 2) {
      throw TemplateException.value("separators must be two texts, got " + texts.size());
    }
    return texts;
  }
}
