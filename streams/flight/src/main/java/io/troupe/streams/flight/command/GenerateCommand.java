package io.troupe.streams.flight.command;

import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.LogProbs;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.request.GenerationFields;
import io.troupe.serving.request.GenerationRequest;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import io.troupe.serving.request.PromptFields;
import io.troupe.streams.flight.stream.Batching;
import java.util.UUID;

/**
 * The command of GetFlightInfo and PollFlightInfo: prompts, settings, and when rows are sent.
 *
 * @param request for the endpoint
 * @param batching when rows are sent
 */
public record GenerateCommand(GenerationRequest request, Batching batching) {

  /**
   * Reads a command.
   *
   * @param json the command
   * @param id of the request
   * @param owner name of the caller
   * @throws InvalidFieldException if a field has a value that is not accepted
   */
  public static GenerateCommand parse(byte[] json, Endpoint endpoint, UUID id, String owner) {
    JsonFields fields = JsonFields.parse(json);
    GenerationFields settings = CommandFields.settings(fields, endpoint, id);
    var prompts = PromptFields.read(fields, endpoint.model(), endpoint.config().load());
    LogProbs logProbs = CommandFields.logProbs(fields);
    Batching batching = CommandFields.batching(fields);
    fields.requireNoOthers();
    GenerationRequest request =
        new GenerationRequest(
            id.toString(),
            owner,
            prompts,
            settings.config(),
            Events.TOKENS,
            settings.specialTokens(),
            logProbs);
    return new GenerateCommand(request, batching);
  }

  /**
   * The most likely tokens that the rows of a command would have; its other fields are not checked.
   */
  public static LogProbs logProbs(byte[] json) {
    return CommandFields.logProbs(JsonFields.parse(json));
  }

  /**
   * The maximum number of tokens of all completions.
   *
   * @param maxPositionEmbeddings the context of the model, which ends a completion too
   */
  public long maxTokens(int maxPositionEmbeddings) {
    long perCompletion = Math.min(request.config().maxNewTokens(), maxPositionEmbeddings);
    return perCompletion * request.config().numReturnSequences() * request.prompts().size();
  }
}
