package io.troupe.rollout.constraint.validation;

import com.google.re2j.Pattern;
import io.troupe.protocols.config.OutputConstraint;
import java.util.Optional;

/** Checks that a completed text satisfies a constraint. Immutable. */
public sealed interface OutputValidator {
  /** Accepts every text. */
  OutputValidator ANY_TEXT = new AnyText();

  /**
   * Finds the first violation.
   *
   * @return empty if the text satisfies the constraint
   */
  Optional<String> violation(String text);

  /**
   * The validator of a constraint.
   *
   * @throws IllegalArgumentException if the pattern or the schema cannot be read
   */
  static OutputValidator of(OutputConstraint constraint) {
    return switch (constraint) {
      case OutputConstraint.None _ -> ANY_TEXT;
      case OutputConstraint.JsonObject _ -> new OfObjects();
      case OutputConstraint.JsonSchema(String schema) ->
          new OfSchema(new SchemaValidator(JsonTexts.parse("json-schema", schema)));
      case OutputConstraint.Regex(String pattern) ->
          new OfRegex(RegexTranslation.compile("regex", pattern));
    };
  }

  /** Accepts every text. */
  record AnyText() implements OutputValidator {
    @Override
    public Optional<String> violation(String text) {
      return Optional.empty();
    }
  }

  /** Accepts JSON objects. */
  record OfObjects() implements OutputValidator {
    @Override
    public Optional<String> violation(String text) {
      return JsonTexts.read(
          text,
          value ->
              value.isObject()
                  ? Optional.empty()
                  : Optional.of("text must be a JSON object, got " + value.getNodeType()));
    }
  }

  /** Accepts JSON values that a schema allows. */
  record OfSchema(SchemaValidator schema) implements OutputValidator {
    @Override
    public Optional<String> violation(String text) {
      return JsonTexts.read(text, schema::violation);
    }
  }

  /** Accepts texts that an expression matches as a whole. */
  record OfRegex(Pattern pattern) implements OutputValidator {
    @Override
    public Optional<String> violation(String text) {
      return pattern.matches(text)
          ? Optional.empty()
          : Optional.of("text must match the regular expression, got another");
    }
  }
}
