package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.PythonStrings;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.TextSearch;
import io.troupe.rollout.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The methods of Python's {@code str} that find or split; all in linear time. */
final class StringSearch {
  private static final int STEPS_PER_PART = 4;

  private final Operations operations;

  StringSearch(Operations operations) {
    this.operations = operations;
  }

  Optional<BoundMethod.Body> body(Value.Str string, String name) {
    return switch (name) {
      case "split" -> Optional.of(arguments -> split(string, arguments, false));
      case "rsplit" -> Optional.of(arguments -> split(string, arguments, true));
      case "splitlines" -> Optional.of(arguments -> splitLines(string, arguments));
      case "partition" -> Optional.of(arguments -> partition(string, arguments, false));
      case "rpartition" -> Optional.of(arguments -> partition(string, arguments, true));
      case "find", "index" -> Optional.of(arguments -> find(string.text(), name, arguments));
      case "rfind", "rindex" -> Optional.of(arguments -> find(string.text(), name, arguments));
      case "count" -> Optional.of(arguments -> count(string.text(), arguments));
      default -> Optional.empty();
    };
  }

  private Value split(Value.Str string, Arguments arguments, boolean fromEnd) {
    Arguments.Bound bound = arguments.bind("split", 0, "sep", "maxsplit");
    Value separator = bound.get("sep", Value.NONE);
    int max = PythonNumbers.asIndex(bound.get("maxsplit", Value.integer(-1)));
    String text = fromEnd ? reverse(string.text()) : string.text();
    List<String> parts;
    if (separator instanceof Value.None) {
      parts = PythonStrings.splitWords(text, max);
    } else {
      String by =
          StringMethods.text(
              separator, "must be str or None, not " + PythonTypes.nameOf(separator));
      if (by.isEmpty()) {
        throw TemplateException.value("empty separator");
      }
      parts = split(text, fromEnd ? reverse(by) : by, max);
    }
    return texts(fromEnd ? reverseAll(parts) : parts, string.safe());
  }

  private static String reverse(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  private static List<String> reverseAll(List<String> parts) {
    return parts.reversed().stream().map(StringSearch::reverse).toList();
  }

  private static List<String> split(String text, String separator, int max) {
    TextSearch search = new TextSearch(separator);
    List<String> parts = new ArrayList<>();
    int from = 0;
    int at = search.indexIn(text, 0);
    while (at >= 0 && (max < 0 || parts.size() < max)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
      at = search.indexIn(text, from);
    }
    parts.add(text.substring(from));
    return parts;
  }

  private Value texts(List<String> parts, boolean safe) {
    List<Value> values = new ArrayList<>();
    for (String part : parts) {
      operations.budget().charge(STEPS_PER_PART);
      values.add(operations.newText(part, safe));
    }
    return Value.list(values);
  }

  private Value splitLines(Value.Str string, Arguments arguments) {
    if (arguments.bind("splitlines", 0, "keepends").flag("keepends")) {
      throw Failures.unsupported("str.splitlines(keepends=True)");
    }
    return texts(PythonStrings.splitLines(string.text()), string.safe());
  }

  private Value partition(Value.Str string, Arguments arguments, boolean fromEnd) {
    String separator = pattern("partition", arguments);
    if (separator.isEmpty()) {
      throw TemplateException.value("empty separator");
    }
    String text = string.text();
    int at = fromEnd ? lastIndex(text, separator) : index(text, separator);
    List<String> parts =
        at >= 0
            ? List.of(text.substring(0, at), separator, text.substring(at + separator.length()))
            : fromEnd ? List.of("", "", text) : List.of(text, "", "");
    return new Value.Tuple(((Value.ListValue) texts(parts, string.safe())).items());
  }

  private static String pattern(String method, Arguments arguments) {
    Value pattern = arguments.bind(method, 1, "sub").get("sub").orElseThrow();
    return StringMethods.text(pattern, "must be str, not " + PythonTypes.nameOf(pattern));
  }

  private int index(String text, String pattern) {
    operations.budget().charge(1 + text.length() / 16);
    return new TextSearch(pattern).indexIn(text, 0);
  }

  private int lastIndex(String text, String pattern) {
    int at = index(reverse(text), reverse(pattern));
    return at < 0 ? -1 : text.length() - at - pattern.length();
  }

  private Value find(String text, String method, Arguments arguments) {
    String pattern = pattern(method, arguments);
    int at = method.startsWith("r") ? lastIndex(text, pattern) : index(text, pattern);
    if (at < 0 && method.endsWith("index")) {
      throw TemplateException.value("substring not found");
    }
    return Value.integer(at < 0 ? -1 : text.codePointCount(0, at));
  }

  private Value count(String text, Arguments arguments) {
    String pattern = pattern("count", arguments);
    operations.budget().charge(1 + text.length() / 16);
    int count =
        pattern.isEmpty()
            ? text.codePointCount(0, text.length()) + 1
            : split(text, pattern, -1).size() - 1;
    return Value.integer(count);
  }

  /** {@code text.replace(old, new, count)}; a negative count is no limit. */
  Value replace(Value.Str string, String old, String replacement, int count) {
    String text = string.text();
    StringBuilder out = new StringBuilder();
    if (old.isEmpty()) {
      replaceEmpty(out, text, replacement, count);
      return operations.newText(out.toString(), string.safe());
    }
    operations.budget().charge(1 + text.length() / 16);
    List<String> parts = split(text, old, count);
    for (int i = 0; i < parts.size(); i++) {
      out.append(i == 0 ? "" : replacement).append(parts.get(i));
      operations.budget().checkLength(out.length());
    }
    return operations.newText(out.toString(), string.safe());
  }

  /** The empty text occurs before each character and at the end. */
  private void replaceEmpty(StringBuilder out, String text, String replacement, int count) {
    int replaced = 0;
    for (int i = 0; i <= text.length(); ) {
      if (count < 0 || replaced++ < count) {
        out.append(replacement);
        operations.budget().checkLength(out.length());
      }
      if (i == text.length()) {
        return;
      }
      out.appendCodePoint(text.codePointAt(i));
      i += Character.charCount(text.codePointAt(i));
    }
  }
}
