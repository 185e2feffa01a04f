package io.troupe.streams.http.response;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingEvent.PromptScored;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One completion of a response: what has been decoded and not been written yet. Not thread-safe.
 */
final class Choice {
  private final int index;
  private final Prompt prompt;
  private final StringBuilder text = new StringBuilder();
  private final List<TokenDecoded> tokens = new ArrayList<>();
  private Optional<PromptScored> scored = Optional.empty();
  private Optional<FinishReason> finishReason = Optional.empty();
  private int numTokens;
  private int textOffset; // code points that have been written
  private boolean isBegun;
  private boolean isEnded;

  Choice(int index, Prompt prompt) {
    this.index = index;
    this.prompt = prompt;
  }

  /** The index in the response: that of the prompt times n, plus that of the completion. */
  int index() {
    return index;
  }

  Prompt prompt() {
    return prompt;
  }

  /** The log-probabilities of the prompt, if the request asks for them. */
  Optional<PromptScored> scored() {
    return scored;
  }

  /** The tokens that have not been written. */
  List<TokenDecoded> tokens() {
    return tokens;
  }

  /** The text that has not been written. */
  String text() {
    return text.toString();
  }

  /** Number of tokens of the completion so far. */
  int numTokens() {
    return numTokens;
  }

  /** Why the completion has ended; empty while it has not. */
  Optional<FinishReason> finishReason() {
    return finishReason;
  }

  /** Number of Unicode code points before the first token that has not been written. */
  int textOffset() {
    return textOffset;
  }

  /** Whether nothing has been written yet. */
  boolean isFirst() {
    return !isBegun;
  }

  /** Whether there is something to write. */
  boolean isChanged() {
    return !isEnded && (!text.isEmpty() || !tokens.isEmpty() || finishReason.isPresent());
  }

  void score(PromptScored newScored) {
    scored = Optional.of(newScored);
  }

  void add(TokenDecoded token) {
    tokens.add(token);
    text.append(token.textDelta());
    numTokens++;
    token.ended().ifPresent(completion -> finishReason = Optional.of(completion.finishReason()));
  }

  /**
   * Ends the completion unless its last token has; a beam search has had no events of tokens, and a
   * canceled completion no last token.
   */
  void end(Completion completion, List<TokenDecoded> beamTokens) {
    if (numTokens == 0) {
      beamTokens.forEach(this::add);
      text.setLength(0);
      text.append(completion.text());
    }
    finishReason = Optional.of(completion.finishReason());
  }

  /**
   * Notes that everything has been written.
   *
   * @param writtenCodePoints length of the written text
   */
  void written(int writtenCodePoints) {
    isBegun = true;
    isEnded = finishReason.isPresent();
    textOffset += writtenCodePoints;
    text.setLength(0);
    tokens.clear();
  }

  /** Writes {@code finish_reason} and vLLM's {@code stop_reason}. */
  void writeFinish(JsonGenerator json, boolean calledTools) throws IOException {
    json.writeFieldName("finish_reason");
    if (finishReason.isEmpty()) {
      json.writeNull();
      json.writeNullField("stop_reason");
      return;
    }
    switch (finishReason.get()) {
      case FinishReason.EndOfText _, FinishReason.ConstraintMet _ -> {
        json.writeString(calledTools ? "tool_calls" : "stop");
        json.writeNullField("stop_reason");
      }
      case FinishReason.StopToken(int tokenId) -> {
        json.writeString(calledTools ? "tool_calls" : "stop");
        json.writeNumberField("stop_reason", tokenId);
      }
      case FinishReason.StopString(String stop) -> {
        json.writeString("stop");
        json.writeStringField("stop_reason", stop);
      }
      case FinishReason.LengthLimit _ -> {
        json.writeString("length");
        json.writeNullField("stop_reason");
      }
      case FinishReason.Cancelled(String by) -> {
        json.writeString("abort");
        json.writeStringField("stop_reason", by);
      }
    }
  }

  /** Writes ids and policy versions of the unwritten tokens. */
  void writeTokenIds(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("token_ids");
    for (TokenDecoded token : tokens) {
      json.writeNumber(token.tokenId());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("policy_versions");
    for (TokenDecoded token : tokens) {
      json.writeNumber(token.policyVersion());
    }
    json.writeEndArray();
  }

  /** Writes the ids of the prompt. */
  void writePromptTokenIds(JsonGenerator json) throws IOException {
    json.writeFieldName("prompt_token_ids");
    json.writeArray(prompt.tokenIds(), 0, prompt.tokenIds().length);
  }
}
