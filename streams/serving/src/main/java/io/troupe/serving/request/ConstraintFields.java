package io.troupe.serving.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.OutputConstraint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fields that constrain the output: OpenAI's {@code response_format}, and vLLM's {@code
 * structured_outputs} and {@code guided_regex}, {@code guided_json}.
 */
final class ConstraintFields {
  private ConstraintFields() {}

  static OutputConstraint read(JsonFields fields) {
    List<OutputConstraint> found = new ArrayList<>();
    fields
        .object("response_format")
        .flatMap(ConstraintFields::responseFormat)
        .ifPresent(found::add);
    fields.text("guided_regex").map(OutputConstraint.Regex::new).ifPresent(found::add);
    fields.node("guided_json").map(ConstraintFields::schema).ifPresent(found::add);
    fields
        .object("structured_outputs")
        .ifPresent(
            inner -> {
              inner.text("regex").map(OutputConstraint.Regex::new).ifPresent(found::add);
              inner.node("json").map(ConstraintFields::schema).ifPresent(found::add);
              inner
                  .flag("json_object")
                  .filter(wanted -> wanted)
                  .ifPresent(_ -> found.add(new OutputConstraint.JsonObject()));
              inner.requireNoOthers();
            });
    if (found.size() > 1) {
      throw fields.invalid(
          "response_format", "the only constraint of the output", found.size() + " constraints");
    }
    return found.isEmpty() ? OutputConstraint.NONE : found.getFirst();
  }

  private static Optional<OutputConstraint> responseFormat(JsonFields format) {
    String type = format.text("type").orElse("");
    Optional<OutputConstraint> constraint =
        switch (type) {
          case "text" -> Optional.empty();
          case "json_object" -> Optional.of(new OutputConstraint.JsonObject());
          case "json_schema" -> Optional.of(jsonSchema(format));
          default -> throw format.invalid("type", "text, json_object or json_schema", type);
        };
    format.requireNoOthers();
    return constraint;
  }

  private static OutputConstraint jsonSchema(JsonFields format) {
    JsonFields inner =
        format
            .object("json_schema")
            .orElseThrow(() -> format.invalid("json_schema", "an object with a schema", "none"));
    inner.text("name"); // names and descriptions are for people
    inner.text("description");
    inner.flag("strict"); // the output always follows the schema
    JsonNode schema =
        inner.node("schema").orElseThrow(() -> inner.invalid("schema", "a JSON schema", "none"));
    inner.requireNoOthers();
    return schema(schema);
  }

  private static OutputConstraint schema(JsonNode schema) {
    return new OutputConstraint.JsonSchema(
        schema.isTextual() ? schema.textValue() : schema.toString());
  }
}
