package io.troupe.rollout.jinja;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.jinja.value.JsonValues;
import io.troupe.rollout.jinja.value.RenderLimits;
import io.troupe.rollout.jinja.value.TemplateException;
import io.troupe.rollout.jinja.value.Value;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** Compares a rendering with the text or the error that transformers gives. */
final class ExpectedText {
  /** The day on which the expectations were made, which some templates print. */
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-28T12:34:56Z"), ZoneOffset.UTC);

  private ExpectedText() {}

  /** The variables of a conversation. */
  static Map<String, Value> variables(JsonNode conversation) {
    Map<String, Value> variables = new HashMap<>();
    conversation
        .properties()
        .forEach(entry -> variables.put(entry.getKey(), JsonValues.of(entry.getValue())));
    return variables;
  }

  /** The rendered text, or the error in the form {@code Type: message}. */
  static String render(String template, JsonNode variables) {
    try {
      return Template.compile(template).render(variables(variables), RenderLimits.DEFAULT, CLOCK);
    } catch (TemplateException e) {
      return error(e);
    }
  }

  private static String error(TemplateException e) {
    return switch (e.kind()) {
      case SYNTAX -> "TemplateSyntaxError";
      case RAISED -> "TemplateError: " + e.detail();
      case UNDEFINED -> "UndefinedError: " + e.detail();
      case TYPE -> "TypeError: " + e.detail();
      case VALUE -> "ValueError: " + e.detail();
      case KEY -> "KeyError: " + e.detail();
      case ARITHMETIC -> "ArithmeticError: " + e.detail();
      case SECURITY -> "SecurityError: " + e.detail();
      case RUNTIME -> "TemplateRuntimeError: " + e.detail();
      case LIMIT -> "RecursionError: " + e.detail();
      case UNSUPPORTED -> "Unsupported: " + e.detail();
    };
  }

  /** The expected text, or the expected error in the form {@code Type: message}. */
  static String expected(JsonNode expected) {
    return expected.has("text") ? expected.get("text").asText() : expected.get("error").asText();
  }
}
