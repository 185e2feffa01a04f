package io.troupe.streams.http.response;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.tokenizer.Detokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.serving.request.GenerationRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The completions of one response. Not thread-safe. */
public final class Choices {
  private final Tokenizer tokenizer;
  private final int numPerPrompt;
  private final int numPromptTokens;
  private final List<Choice> choices = new ArrayList<>();
  private int numCachedTokens;

  /** The completions of a request, none decoded yet. */
  public Choices(GenerationRequest request, Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.numPerPrompt = request.config().numReturnSequences();
    this.numPromptTokens = request.numPromptTokens();
    for (Prompt prompt : request.prompts()) {
      for (int i = 0; i < numPerPrompt; i++) {
        choices.add(new Choice(choices.size(), prompt));
      }
    }
  }

  /** Adds an event. */
  public void add(GenerationEvent event) {
    int first = event.promptIndex() * numPerPrompt;
    switch (event) {
      case GenerationEvent.PromptScored scored -> {
        for (int i = 0; i < numPerPrompt; i++) {
          choices.get(first + i).score(scored.scored());
        }
      }
      case GenerationEvent.Token token ->
          choices.get(first + token.token().sampleIndex()).add(token.token());
      case GenerationEvent.Completed completed -> end(first, completed.result());
    }
  }

  private void end(int first, RequestCompleted result) {
    numCachedTokens += result.numCachedTokens();
    for (Completion completion : result.group().completions()) {
      Choice choice = choices.get(first + completion.sampleIndex());
      List<TokenDecoded> beamTokens =
          choice.numTokens() == 0 ? tokens(choice.prompt(), completion) : List.of();
      choice.end(completion, beamTokens);
    }
  }

  private List<TokenDecoded> tokens(Prompt prompt, Completion completion) {
    Detokenizer texts = tokenizer.incremental(prompt.tokenIds());
    List<TokenDecoded> tokens = new ArrayList<>();
    for (int i = 0; i < completion.tokenIds().length; i++) {
      int tokenId = completion.tokenIds()[i];
      tokens.add(
          new TokenDecoded(
              completion.sampleIndex(),
              tokenId,
              completion.logProbs()[i],
              texts.append(tokenId),
              completion.policyVersions()[i],
              List.of(),
              Optional.empty()));
    }
    return tokens;
  }

  /** All completions, in order. */
  List<Choice> all() {
    return choices;
  }

  /** Writes the numbers of tokens. */
  void writeUsage(JsonGenerator json) throws IOException {
    int numCompletionTokens = choices.stream().mapToInt(Choice::numTokens).sum();
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", numPromptTokens);
    json.writeNumberField("completion_tokens", numCompletionTokens);
    json.writeNumberField("total_tokens", numPromptTokens + numCompletionTokens);
    json.writeObjectFieldStart("prompt_tokens_details");
    json.writeNumberField("cached_tokens", numCachedTokens);
    json.writeEndObject();
    json.writeEndObject();
  }
}
