package io.troupe.rollout.jinja.builtin;

import io.troupe.rollout.jinja.value.Arguments;
import io.troupe.rollout.jinja.value.PythonNumbers;
import io.troupe.rollout.jinja.value.PythonStrings;
import io.troupe.rollout.jinja.value.PythonTypes;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of Python's {@code str} whose results are texts or truth values. */
final class StringMethods {
  private static final Set<String> OTHER =
      Set.of(
          "encode",
          "expandtabs",
          "format",
          "format_map",
          "isdecimal",
          "isidentifier",
          "isprintable",
          "istitle",
          "maketrans",
          "translate",
          "unescape",
          "striptags");

  private final Operations operations;
  private final StringSearch search;

  StringMethods(Operations operations) {
    this.operations = operations;
    this.search = new StringSearch(operations);
  }

  Optional<Value> find(Value.Str string, String name) {
    if (OTHER.contains(name)) {
      return Optional.of(BoundMethod.unsupported("str", name));
    }
    return body(string, name)
        .or(() -> search.body(string, name))
        .map(body -> new BoundMethod(name, body));
  }

  private Optional<BoundMethod.Body> body(Value.Str string, String name) {
    String text = string.text();
    return switch (name) {
      case "strip", "lstrip", "rstrip" -> method(arguments -> strip(string, name, arguments));
      case "upper" -> mapped(string, text.toUpperCase(Locale.ROOT));
      case "lower", "casefold" -> mapped(string, text.toLowerCase(Locale.ROOT));
      case "capitalize" -> mapped(string, PythonStrings.capitalize(text));
      case "title" -> mapped(string, PythonStrings.title(text));
      case "swapcase" -> mapped(string, swapCase(text));
      case "startswith", "endswith" -> method(arguments -> affix(text, name, arguments));
      case "removeprefix" -> method(arguments -> withoutAffix(string, name, arguments));
      case "removesuffix" -> method(arguments -> withoutAffix(string, name, arguments));
      case "join" -> method(arguments -> join(string, arguments));
      case "replace" -> method(arguments -> replace(string, arguments));
      case "ljust", "rjust", "center" -> method(arguments -> justify(string, name, arguments));
      case "zfill" -> method(arguments -> fillZeros(string, arguments));
      case "isdigit", "isnumeric" -> all(text, Character::isDigit);
      case "isalpha" -> all(text, Character::isLetter);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, PythonStrings::isSpace);
      case "isascii" -> method(arguments -> Value.bool(text.chars().allMatch(c -> c < 128)));
      case "isupper" -> method(arguments -> Value.bool(hasCase(text, true)));
      case "islower" -> method(arguments -> Value.bool(hasCase(text, false)));
      default -> Optional.empty();
    };
  }

  private static Optional<BoundMethod.Body> method(BoundMethod.Body body) {
    return Optional.of(body);
  }

  private Optional<BoundMethod.Body> mapped(Value.Str string, String result) {
    return method(
        arguments -> {
          arguments.bind("str method", 0);
          return operations.newText(result, string.safe());
        });
  }

  private static Optional<BoundMethod.Body> all(String text, IntPredicate test) {
    return method(arguments -> Value.bool(!text.isEmpty() && text.codePoints().allMatch(test)));
  }

  /** Whether every letter that has case is upper (or lower) case, and there is one. */
  static boolean hasCase(String text, boolean upper) {
    return text.codePoints().anyMatch(PythonStrings::isCased)
        && text.codePoints()
            .filter(PythonStrings::isCased)
            .allMatch(c -> upper ? Character.isUpperCase(c) : Character.isLowerCase(c));
  }

  private static String swapCase(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .mapToObj(
            c ->
                Character.isUpperCase(c)
                    ? Character.toString(c).toLowerCase(Locale.ROOT)
                    : Character.toString(c).toUpperCase(Locale.ROOT))
        .forEach(out::append);
    return out.toString();
  }

  /** {@code text.strip(characters)} and its variants. */
  Value strip(Value.Str string, String method, Arguments arguments) {
    Value characters = arguments.bind(method, 0, "chars").get("chars", Value.NONE);
    IntPredicate matches = PythonStrings::isSpace;
    if (!(characters instanceof Value.None)) {
      String set = text(characters, method + " arg must be None or str");
      matches = c -> set.indexOf(c) >= 0;
      operations.budget().charge((long) string.text().length() * set.length() / 64);
    }
    String text = string.text();
    text = method.equals("lstrip") ? text : PythonStrings.stripEnd(text, matches);
    text = method.equals("rstrip") ? text : PythonStrings.stripStart(text, matches);
    return operations.newText(text, string.safe());
  }

  static String text(Value value, String orElse) {
    if (value instanceof Value.Str(String text, boolean safe)) {
      return text;
    }
    throw TemplateException.type(orElse);
  }

  private static Value affix(String text, String method, Arguments arguments) {
    Arguments.Bound bound = arguments.bind(method, 1, "prefix");
    Value prefix = bound.get("prefix").orElseThrow();
    List<Value> prefixes =
        prefix instanceof Value.Tuple(List<Value> items) ? items : List.of(prefix);
    boolean found = false;
    for (Value value : prefixes) {
      String part =
          text(
              value,
              method
                  + " first arg must be str or a tuple of str, not "
                  + PythonTypes.nameOf(value));
      found |= method.equals("startswith") ? text.startsWith(part) : text.endsWith(part);
    }
    return Value.bool(found);
  }

  private Value withoutAffix(Value.Str string, String method, Arguments arguments) {
    Value affix = arguments.bind(method, 1, "affix").get("affix").orElseThrow();
    String part = text(affix, method + "() argument must be str, not " + PythonTypes.nameOf(affix));
    String text = string.text();
    if (method.equals("removeprefix")) {
      return operations.newText(
          text.startsWith(part) ? text.substring(part.length()) : text, string.safe());
    }
    return operations.newText(
        text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text,
        string.safe());
  }

  private Value join(Value.Str separator, Arguments arguments) {
    Value parts = arguments.bind("join", 1, "iterable").get("iterable").orElseThrow();
    StringBuilder out = new StringBuilder();
    List<Value> items = operations.iteration().toList(parts);
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof Value.Str part)) {
        throw TemplateException.type(
            "sequence item "
                + i
                + ": expected str instance, "
                + PythonTypes.nameOf(items.get(i))
                + " found");
      }
      out.append(i == 0 ? "" : separator.text());
      boolean escape = separator.safe() && !part.safe();
      out.append(escape ? PythonStrings.escapeHtml(part.text()) : part.text());
      operations.budget().checkLength(out.length());
    }
    return operations.newText(out.toString(), separator.safe());
  }

  private Value replace(Value.Str string, Arguments arguments) {
    Arguments.Bound bound = arguments.bind("replace", 2, "old", "new", "count");
    for (String parameter : List.of("old", "new")) {
      Value value = bound.get(parameter).orElseThrow();
      text(
          value,
          "replace() argument "
              + (parameter.equals("old") ? 1 : 2)
              + " must be str, not "
              + PythonTypes.nameOf(value));
    }
    Value.Str replacement = (Value.Str) bound.get("new").orElseThrow();
    boolean escape = string.safe() && !replacement.safe();
    return search.replace(
        string,
        ((Value.Str) bound.get("old").orElseThrow()).text(),
        escape ? PythonStrings.escapeHtml(replacement.text()) : replacement.text(),
        PythonNumbers.asIndex(bound.get("count", Value.integer(-1))));
  }

  private Value justify(Value.Str string, String method, Arguments arguments) {
    Arguments.Bound bound = arguments.bind(method, 1, "width", "fillchar");
    String fill = text(bound.get("fillchar", Value.text(" ")), "The fill character must be a str");
    if (fill.codePointCount(0, fill.length()) != 1) {
      throw TemplateException.type("The fill character must be exactly one character long");
    }
    int width = PythonNumbers.asIndex(bound.get("width").orElseThrow());
    return justify(string, method, width, fill);
  }

  /** The text with characters around it, up to a width. */
  Value justify(Value.Str string, String method, int width, String fill) {
    String text = string.text();
    int length = text.codePointCount(0, text.length());
    int missing = Math.max(0, width - length);
    operations.budget().checkLength((long) width * fill.length());
    int left =
        switch (method) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & width & 1);
        };
    return operations.newText(
        fill.repeat(left) + text + fill.repeat(missing - left), string.safe());
  }

  private Value fillZeros(Value.Str string, Arguments arguments) {
    Value width = arguments.bind("zfill", 1, "width").get("width").orElseThrow();
    String text = string.text();
    int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int missing = Math.max(0, PythonNumbers.asIndex(width) - text.codePointCount(0, text.length()));
    operations.budget().checkLength(missing);
    return operations.newText(
        text.substring(0, sign) + "0".repeat(missing) + text.substring(sign), string.safe());
  }
}
