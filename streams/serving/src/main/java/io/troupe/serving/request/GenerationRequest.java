package io.troupe.serving.request;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.LogProbs;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.util.ArrayList;
import java.util.List;

/**
 * A request for completions of one or several prompts.
 *
 * @param id unique in the process; appears in responses and logs
 * @param owner name of the caller
 * @param prompts at least one; the id of a prompt is its group id, which selects random numbers.
 *     Ids count from 0, so that equal requests with equal seeds have equal answers
 * @param config the settings; {@code numReturnSequences} completions for each prompt
 * @param events which events the caller gets
 * @param specialTokens whether special tokens are part of the text
 * @param logProbs how many alternatives the caller gets
 */
public record GenerationRequest(
    String id,
    String owner,
    List<Prompt> prompts,
    GenerationConfig config,
    Events events,
    SpecialTokenText specialTokens,
    LogProbs logProbs) {

  /** Copies the list and checks that there is a prompt. */
  public GenerationRequest {
    prompts = List.copyOf(prompts);
    if (prompts.isEmpty()) {
      throw new InvalidFieldException("prompt", "prompt must be at least one prompt, got none");
    }
  }

  /** Number of tokens of all prompts. */
  public int numPromptTokens() {
    return prompts.stream().mapToInt(prompt -> prompt.tokenIds().length).sum();
  }

  /** Number of completions of all prompts together. */
  public int numCompletions() {
    return prompts.size() * config.numReturnSequences();
  }

  /** One request to the decoder for each prompt. */
  public List<DecodingRequest> decodingRequests() {
    List<DecodingRequest> requests = new ArrayList<>();
    for (Prompt prompt : prompts) {
      GroupSpec group =
          new GroupSpec(prompt.id(), prompt, config.numReturnSequences(), config.seed());
      requests.add(new DecodingRequest(group, config, events, specialTokens, logProbs));
    }
    return requests;
  }
}
