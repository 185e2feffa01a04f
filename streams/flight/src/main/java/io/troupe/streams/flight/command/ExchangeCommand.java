package io.troupe.streams.flight.command;

import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.LogProbs;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.request.GenerationFields;
import io.troupe.serving.request.GenerationRequest;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import io.troupe.streams.flight.stream.Batching;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The command of DoExchange: the settings of all prompts, which follow as record batches.
 *
 * @param settings of all prompts
 * @param logProbs how many of the most likely tokens each row has
 * @param batching when rows are sent
 * @param credits number of tokens that the reader accepts at first; empty if it gives no credits
 * @param maxConcurrentPrompts maximum number of prompts that are decoded at the same time
 */
public record ExchangeCommand(
    GenerationFields settings,
    LogProbs logProbs,
    Batching batching,
    OptionalLong credits,
    int maxConcurrentPrompts) {
  private static final int DEFAULT_CONCURRENT_PROMPTS = 32;

  /**
   * Reads a command.
   *
   * @param id of the exchange
   * @throws InvalidFieldException if a field has a value that is not accepted
   */
  public static ExchangeCommand parse(byte[] json, Endpoint endpoint, UUID id) {
    JsonFields fields = JsonFields.parse(json);
    GenerationFields settings = CommandFields.settings(fields, endpoint, id);
    LogProbs logProbs = CommandFields.logProbs(fields);
    Batching batching = CommandFields.batching(fields);
    OptionalLong credits = fields.integer("credits");
    if (credits.isPresent() && credits.getAsLong() < 0) {
      throw fields.invalid("credits", "at least 0", credits.getAsLong());
    }
    int maxRequests = endpoint.config().load().maxRequests();
    int concurrent =
        fields
            .integer("max_concurrent_prompts", 1, maxRequests)
            .orElse(Math.min(maxRequests, DEFAULT_CONCURRENT_PROMPTS));
    fields.requireNoOthers();
    return new ExchangeCommand(settings, logProbs, batching, credits, concurrent);
  }

  /** The request of one prompt. */
  public GenerationRequest request(UUID exchangeId, String owner, Prompt prompt) {
    return new GenerationRequest(
        exchangeId + "-" + prompt.id(),
        owner,
        List.of(prompt),
        settings.config(),
        Events.TOKENS,
        settings.specialTokens(),
        logProbs);
  }
}
