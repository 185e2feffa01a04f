package io.troupe.data.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a prompt with placeholders for columns, as a Python format string: {@code {question}}
 * is replaced by the column's value, and a doubled brace is a brace.
 */
final class PromptTemplate {
  private static final Pattern PART =
      Pattern.compile("[^{}]+|\\{\\{|\\}\\}|\\{(?<column>[^{}]+)\\}", Pattern.DOTALL);

  private sealed interface Part {
    record Literal(String text) implements Part {}

    record Column(String name) implements Part {}
  }

  private final List<Part> parts;

  private PromptTemplate(List<Part> parts) {
    this.parts = parts;
  }

  /**
   * Parses a template.
   *
   * @throws IllegalArgumentException if it has a single brace that belongs to no placeholder
   */
  static PromptTemplate parse(String template) {
    List<Part> parts = new ArrayList<>();
    Matcher part = PART.matcher(template);
    int end = 0;
    while (end < template.length()) {
      part.region(end, template.length());
      if (!part.lookingAt()) {
        throw new IllegalArgumentException(
            "prompt-template must have {column} or a doubled brace at every brace, got '"
                + template.substring(end, Math.min(template.length(), end + 20))
                + "'; write {{ and }} for braces");
      }
      parts.add(
          part.group("column") != null
              ? new Part.Column(part.group("column"))
              : new Part.Literal(
                  switch (part.group()) {
                    case "{{" -> "{";
                    case "}}" -> "}";
                    case String text -> text;
                  }));
      end = part.end();
    }
    return new PromptTemplate(List.copyOf(parts));
  }

  /**
   * Fills the placeholders.
   *
   * @param columns the text of a column by its name
   */
  String fill(UnaryOperator<String> columns) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(
          switch (part) {
            case Part.Literal(String literal) -> literal;
            case Part.Column(String name) -> columns.apply(name);
          });
    }
    return text.toString();
  }
}
