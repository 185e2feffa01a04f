package io.troupe.deploy.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/** The two requests of the OpenAI API that stream a completion. */
enum OpenAiApi {
  /** {@code /v1/completions}: the prompt is a list of token ids. */
  COMPLETIONS("v1/completions") {
    @Override
    void addPrompt(ObjectNode body, LoadRequest request) {
      ArrayNode prompt = body.putArray("prompt");
      for (int id : request.promptIds()) {
        prompt.add(id);
      }
    }

    @Override
    boolean hasText(JsonNode choice) {
      return !choice.path("text").asText("").isEmpty();
    }
  },
  /** {@code /v1/chat/completions}: the message has one word per token id. */
  CHAT("v1/chat/completions") {
    @Override
    void addPrompt(ObjectNode body, LoadRequest request) {
      StringBuilder words = new StringBuilder();
      for (int id : request.promptIds()) {
        words.append(words.isEmpty() ? "" : " ").append(word(id));
      }
      body.putArray("messages").addObject().put("role", "user").put("content", words.toString());
    }

    @Override
    boolean hasText(JsonNode choice) {
      JsonNode delta = choice.path("delta");
      return !delta.path("content").asText("").isEmpty()
          || !delta.path("reasoning_content").asText("").isEmpty();
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String path;

  OpenAiApi(String path) {
    this.path = path;
  }

  /** The path below the base URL. */
  String path() {
    return path;
  }

  abstract void addPrompt(ObjectNode body, LoadRequest request);

  abstract boolean hasText(JsonNode choice);

  /** The body of a streaming request. */
  byte[] body(String model, LoadRequest request) {
    ObjectNode body = JSON.createObjectNode().put("model", model);
    addPrompt(body, request);
    body.put("max_tokens", request.maxTokens()).put("temperature", request.temperature());
    if (request.temperature() > 0) {
      body.put("seed", request.seed());
    }
    if (request.ignoreEos()) {
      body.put("ignore_eos", true);
    }
    body.put("stream", true).putObject("stream_options").put("include_usage", true);
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Whether a choice of an event contains a token. The text of a token may be empty: it is a part
   * of a character, or a special token. The first event of a chat contains the role only, and some
   * servers send the finish reason on its own.
   */
  boolean hasToken(JsonNode choice) {
    return hasText(choice)
        || (choice.path("finish_reason").isNull() && !choice.path("delta").has("role"));
  }

  private static String word(int id) {
    StringBuilder word = new StringBuilder();
    for (int rest = id; rest > 0 || word.isEmpty(); rest /= 26) {
      word.append((char) ('a' + rest % 26));
    }
    return word.toString();
  }
}
