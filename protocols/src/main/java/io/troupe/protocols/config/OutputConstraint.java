package io.troupe.protocols.config;

import java.util.Objects;

/**
 * The texts that a completion may have. A switch over this type needs no default branch.
 *
 * <p>The type only holds the constraint as the user wrote it; the decoder reports a pattern or a
 * schema that it cannot compile.
 */
public sealed interface OutputConstraint {

  /** Any text. */
  OutputConstraint NONE = new None();

  /** Any text. */
  record None() implements OutputConstraint {}

  /** Any JSON object. */
  record JsonObject() implements OutputConstraint {}

  /**
   * JSON values that a schema allows.
   *
   * @param schema JSON text of the schema
   */
  record JsonSchema(String schema) implements OutputConstraint {
    /** Checks that there is a schema. */
    public JsonSchema {
      Objects.requireNonNull(schema, "schema");
    }
  }

  /**
   * Texts that a regular expression matches as a whole.
   *
   * @param pattern the regular expression
   */
  record Regex(String pattern) implements OutputConstraint {
    /** Checks that there is a pattern. */
    public Regex {
      Objects.requireNonNull(pattern, "pattern");
    }
  }
}
