package io.troupe.streams.http.request;

import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.serving.request.GenerationFields;
import io.troupe.serving.request.GenerationRequest;
import io.troupe.serving.request.JsonFields;
import io.troupe.serving.request.PromptField;
import io.troupe.streams.http.tools.ToolUse;
import java.util.List;
import java.util.OptionalInt;

/** Reads the body of {@code /v1/completions}. */
public final class CompletionRequest {
  /** OpenAI's default. */
  private static final OptionalInt MAX_TOKENS = OptionalInt.of(16);

  private CompletionRequest() {}

  /**
   * Reads a body.
   *
   * @param id of the request
   * @param owner name of the caller
   * @throws io.troupe.serving.request.InvalidFieldException naming the field that is not accepted
   */
  public static ApiRequest read(
      JsonFields fields, RequestContext context, String id, String owner) {
    ModelField.check(fields, context.model());
    OutputFields output = OutputFields.ofCompletion(fields);
    GenerationFields settings =
        GenerationFields.read(fields, context.defaults(), MAX_TOKENS, context.limits());
    fields.text("user"); // for the client's own records
    fields.refuse("suffix", "the model continues texts, it does not fill gaps");
    if (settings.scoresPrompt() && !output.echo()) {
      throw fields.invalid("max_tokens", "at least 1 unless echo is true", 0);
    }
    boolean addSpecialTokens = fields.flag("add_special_tokens").orElse(true);
    List<Prompt> prompts =
        PromptField.read(fields, context.model(), context.limits(), addSpecialTokens);
    fields.requireNoOthers();
    GenerationRequest generation =
        new GenerationRequest(
            id,
            owner,
            prompts,
            settings.config(),
            settings.scoresPrompt() ? Events.PROMPT : Events.TOKENS,
            settings.specialTokens(),
            output.decoded(!settings.scoresPrompt()));
    return new ApiRequest(generation, output, new ToolUse.None());
  }
}
