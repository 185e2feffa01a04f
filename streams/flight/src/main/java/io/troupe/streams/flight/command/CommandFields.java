package io.troupe.streams.flight.command;

import io.troupe.rollout.service.LogProbs;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.request.GenerationFields;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import io.troupe.streams.flight.stream.Batching;
import java.util.OptionalInt;
import java.util.UUID;

/** The fields that both commands have. */
final class CommandFields {
  /** OpenAI's number of new tokens of a completion. */
  private static final int DEFAULT_MAX_TOKENS = 16;

  private CommandFields() {}

  /**
   * The settings of completions.
   *
   * @param id the request; it determines the seed if the command has none, so that the same ticket
   *     gives the same tokens
   */
  static GenerationFields settings(JsonFields fields, Endpoint endpoint, UUID id) {
    requireModel(fields, endpoint.model().name());
    boolean hasSeed = fields.has("seed");
    GenerationFields settings =
        GenerationFields.read(
            fields,
            endpoint.defaults(),
            OptionalInt.of(DEFAULT_MAX_TOKENS),
            endpoint.config().load());
    if (settings.scoresPrompt()) {
      throw fields.invalid("max_tokens", "at least 1", 0);
    }
    return hasSeed
        ? settings
        : new GenerationFields(
            settings.config().withSeed(id.getLeastSignificantBits()),
            false,
            settings.specialTokens());
  }

  private static void requireModel(JsonFields fields, String name) {
    fields
        .text("model")
        .filter(asked -> !asked.equals(name))
        .ifPresent(
            asked -> {
              throw InvalidFieldException.of("model", name, asked);
            });
  }

  /** How many of the most likely tokens each row has, if the command asks for them. */
  static LogProbs logProbs(JsonFields fields) {
    return new LogProbs(
        fields.integer("logprobs", 0, LogProbs.MAX_ALTERNATIVES), OptionalInt.empty());
  }

  /** When rows are sent. */
  static Batching batching(JsonFields fields) {
    return fields.object("batch").map(CommandFields::readBatching).orElse(Batching.DEFAULT);
  }

  private static Batching readBatching(JsonFields batch) {
    OptionalInt tokens = batch.integer("tokens", 1, Batching.MAX_ROWS);
    OptionalInt milliseconds = batch.integer("milliseconds", 1, Batching.MAX_MILLISECONDS);
    batch.requireNoOthers();
    if (tokens.isPresent() == milliseconds.isPresent()) {
      throw InvalidFieldException.of(
          "batch",
          "an object with either tokens or milliseconds",
          tokens.isPresent() ? "both" : "none");
    }
    return tokens.isPresent()
        ? new Batching.Tokens(tokens.getAsInt())
        : new Batching.Milliseconds(milliseconds.getAsInt());
  }
}
