package io.troupe.streams.http.response;

import com.fasterxml.jackson.core.JsonGenerator;
import io.troupe.rollout.sampling.TokenLogProb;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.streams.http.json.JsonOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Writes log-probabilities in the forms of OpenAI and vLLM. Thread-safe. */
final class LogProbFormat {
  private final TokenTexts texts;

  LogProbFormat(TokenTexts texts) {
    this.texts = texts;
  }

  /** The text of a token and where it begins. */
  private record Placed(int tokenId, float logProb, List<TokenLogProb> alternatives, int offset) {}

  /**
   * Writes the field {@code logprobs} of {@code /v1/completions}.
   *
   * @param withPrompt whether the text that is written begins with the prompt
   * @param promptCodePoints length of the prompt's text
   * @param numAlternatives maximum number of alternatives for each token
   */
  void writeCompletion(
      JsonGenerator json,
      Choice choice,
      boolean withPrompt,
      int promptCodePoints,
      int numAlternatives)
      throws IOException {
    List<Placed> tokens = new ArrayList<>();
    int offset = choice.textOffset();
    if (withPrompt) {
      addPrompt(choice, promptCodePoints, tokens);
      offset += promptCodePoints;
    }
    for (TokenDecoded token : choice.tokens()) {
      tokens.add(new Placed(token.tokenId(), token.logProb(), token.alternatives(), offset));
      offset += codePoints(token.textDelta());
    }
    write(json, tokens, numAlternatives);
  }

  private static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Adds the tokens of the prompt; a tokenizer may have added a space before its text. */
  private void addPrompt(Choice choice, int promptCodePoints, List<Placed> tokens) {
    int[] ids = choice.prompt().tokenIds();
    int total = 0;
    for (int id : ids) {
      total += texts.of(id).numCodePoints();
    }
    int added = Math.max(0, total - promptCodePoints);
    int end = 0;
    for (int i = 0; i < ids.length; i++) {
      int offset = Math.max(0, end - added);
      tokens.add(promptToken(choice, i, offset));
      end += texts.of(ids[i]).numCodePoints();
    }
  }

  /** A token of the prompt; without log-probabilities if the request was canceled before. */
  private static Placed promptToken(Choice choice, int position, int offset) {
    int tokenId = choice.prompt().tokenIds()[position];
    return choice
        .scored()
        .map(
            scored ->
                new Placed(
                    tokenId,
                    scored.logProbs()[position],
                    scored.alternatives().get(position),
                    offset))
        .orElseGet(() -> new Placed(tokenId, Float.NaN, List.of(), offset));
  }

  private void write(JsonGenerator json, List<Placed> tokens, int numAlternatives)
      throws IOException {
    json.writeObjectFieldStart("logprobs");
    json.writeArrayFieldStart("text_offset");
    for (Placed token : tokens) {
      json.writeNumber(token.offset);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("token_logprobs");
    for (Placed token : tokens) {
      JsonOutput.logProb(json, token.logProb);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("tokens");
    for (Placed token : tokens) {
      json.writeString(texts.of(token.tokenId).text());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("top_logprobs");
    for (Placed token : tokens) {
      if (Float.isNaN(token.logProb)) {
        json.writeNull();
      } else {
        writeTop(json, token, numAlternatives);
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** The most likely tokens, and the token itself if it is none of them. */
  private void writeTop(JsonGenerator json, Placed token, int numAlternatives) throws IOException {
    Set<String> written = new HashSet<>(); // tokens may share a text: the most likely one counts
    json.writeStartObject();
    for (TokenLogProb alternative : first(token.alternatives, numAlternatives)) {
      writeTop(json, alternative.tokenId(), alternative.logProb(), written);
    }
    writeTop(json, token.tokenId, token.logProb, written);
    json.writeEndObject();
  }

  private void writeTop(JsonGenerator json, int tokenId, float logProb, Set<String> written)
      throws IOException {
    String text = texts.of(tokenId).text();
    if (written.add(text)) {
      json.writeFieldName(text);
      JsonOutput.logProb(json, logProb);
    }
  }

  private static List<TokenLogProb> first(List<TokenLogProb> alternatives, int count) {
    return alternatives.subList(0, Math.min(count, alternatives.size()));
  }

  /** Writes the field {@code logprobs} of {@code /v1/chat/completions}. */
  void writeChat(JsonGenerator json, List<TokenDecoded> tokens) throws IOException {
    json.writeObjectFieldStart("logprobs");
    json.writeArrayFieldStart("content");
    for (TokenDecoded token : tokens) {
      json.writeStartObject();
      writeChatToken(json, token.tokenId(), token.logProb());
      json.writeArrayFieldStart("top_logprobs");
      for (TokenLogProb alternative : token.alternatives()) {
        json.writeStartObject();
        writeChatToken(json, alternative.tokenId(), alternative.logProb());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNullField("refusal");
    json.writeEndObject();
  }

  private void writeChatToken(JsonGenerator json, int tokenId, float logProb) throws IOException {
    TokenText text = texts.of(tokenId);
    json.writeStringField("token", text.text());
    json.writeFieldName("logprob");
    JsonOutput.logProb(json, logProb);
    json.writeArrayFieldStart("bytes");
    for (byte b : text.bytes()) {
      json.writeNumber(b & 0xff);
    }
    json.writeEndArray();
  }

  /**
   * Writes vLLM's field {@code prompt_logprobs}: for each token of the prompt an object of token
   * ids, {@code null} for the first token.
   */
  void writePrompt(JsonGenerator json, Choice choice, int numAlternatives) throws IOException {
    json.writeArrayFieldStart("prompt_logprobs");
    for (int i = 0; i < choice.prompt().tokenIds().length; i++) {
      Placed token = promptToken(choice, i, 0);
      if (Float.isNaN(token.logProb)) {
        json.writeNull();
      } else {
        List<TokenLogProb> top = first(token.alternatives, numAlternatives);
        writePromptToken(json, token.tokenId, token.logProb, top);
      }
    }
    json.writeEndArray();
  }

  private void writePromptToken(
      JsonGenerator json, int tokenId, float logProb, List<TokenLogProb> top) throws IOException {
    json.writeStartObject();
    boolean isAmongThem = false;
    for (int i = 0; i < top.size(); i++) {
      TokenLogProb alternative = top.get(i);
      writeRanked(json, alternative.tokenId(), alternative.logProb(), i + 1);
      isAmongThem |= alternative.tokenId() == tokenId;
    }
    if (!isAmongThem) {
      writeRanked(json, tokenId, logProb, 0);
    }
    json.writeEndObject();
  }

  /**
   * Writes a token with its rank.
   *
   * @param rank 0 if it is not known
   */
  private void writeRanked(JsonGenerator json, int tokenId, float logProb, int rank)
      throws IOException {
    json.writeObjectFieldStart(Integer.toString(tokenId));
    json.writeFieldName("logprob");
    JsonOutput.logProb(json, logProb);
    json.writeFieldName("rank");
    if (rank == 0) {
      json.writeNull();
    } else {
      json.writeNumber(rank);
    }
    json.writeStringField("decoded_token", texts.of(tokenId).text());
    json.writeEndObject();
  }
}
