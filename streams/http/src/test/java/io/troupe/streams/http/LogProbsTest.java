package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Log-probabilities in the forms of OpenAI and vLLM, and scoring as evaluation harnesses use it.
 */
@Timeout(120)
class LogProbsTest {
  private static final String PATH = "/v1/completions";

  /** Special tokens, which have no text, are not sampled. */
  private static final String SAMPLED =
      "'prompt': 'Hello', 'max_tokens': 8, 'ignore_eos': true, 'seed': 7, 'logit_bias': {'0': -100,"
          + " '1': -100, '2': -100}";

  private static final String CHAT =
      "'messages': [{'role': 'user', 'content': 'Hi'}], 'max_tokens': 5, 'ignore_eos': true,"
          + " 'seed': 3, 'logit_bias': {'0': -100, '1': -100, '2': -100}";

  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws InterruptedException {
    endpoint = RunningEndpoint.start(folder, "");
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  private static JsonNode choice(String fields) {
    return endpoint.ask(PATH, "{" + fields + "}").path("choices").path(0);
  }

  private static List<Double> numbers(JsonNode list) {
    List<Double> numbers = new ArrayList<>();
    list.forEach(number -> numbers.add(number.isNull() ? null : number.doubleValue()));
    return numbers;
  }

  @Test
  void eachTokenHasTextOffsetAndAlternatives() {
    JsonNode choice = choice(SAMPLED + ", 'logprobs': 3");
    JsonNode logProbs = choice.path("logprobs");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      String token = logProbs.path("tokens").path(i).asText();
      assertThat(logProbs.path("text_offset").path(i).asInt()).isEqualTo(text.length());
      text.append(token);
      JsonNode top = logProbs.path("top_logprobs").path(i);
      assertThat(top.size()).isBetween(3, 4);
      assertThat(top.path(token).doubleValue())
          .isEqualTo(logProbs.path("token_logprobs").path(i).doubleValue());
    }
    assertThat(choice.path("text").asText()).isEqualTo(text.toString());
  }

  @Test
  void zeroAlternativesShowTheTokenAlone() {
    JsonNode top = choice(SAMPLED + ", 'logprobs': 0").path("logprobs").path("top_logprobs");
    assertThat(top).hasSize(8).allMatch(map -> map.size() == 1);
  }

  @Test
  void greedyTokenIsTheBestAlternative() {
    JsonNode logProbs =
        choice("'prompt': 'Hello', 'max_tokens': 5, 'temperature': 0, 'logprobs': 1")
            .path("logprobs");
    for (JsonNode top : logProbs.path("top_logprobs")) {
      assertThat(top).hasSize(1);
    }
  }

  @Test
  void scoringThePromptEqualsTheLogProbsOfItsCompletion() {
    // a temperature of 1 samples from the distribution that scoring reports
    JsonNode completed =
        choice(SAMPLED + ", 'temperature': 1, 'logprobs': 0, 'return_token_ids': true");
    List<Integer> ids = new ArrayList<>();
    completed.path("prompt_token_ids").forEach(id -> ids.add(id.intValue()));
    completed.path("token_ids").forEach(id -> ids.add(id.intValue()));
    JsonNode scored = choice("'prompt': " + ids + ", 'max_tokens': 0, 'echo': true, 'logprobs': 2");
    List<Double> logProbs = numbers(scored.path("logprobs").path("token_logprobs"));
    assertThat(logProbs).hasSize(14);
    assertThat(logProbs.getFirst()).isNull();
    assertThat(scored.path("logprobs").path("top_logprobs").path(0).isNull()).isTrue();
    List<Double> expected = numbers(completed.path("logprobs").path("token_logprobs"));
    for (int i = 0; i < 8; i++) {
      assertThat(logProbs.get(6 + i)).isCloseTo(expected.get(i), within(1e-4));
    }
    assertThat(scored.path("text").asText()).isEqualTo("Hello" + completed.path("text").asText());
    assertThat(scored.path("finish_reason").asText()).isEqualTo("length");
    assertThat(scored.path("logprobs").path("text_offset").path(2).asInt()).isEqualTo(1);
  }

  @Test
  void echoWithOneTokenIsTheFormOfEvaluationHarnesses() {
    JsonNode response =
        endpoint.ask(
            PATH,
            "{'prompt': [[1, 9, 10], [1, 20, 21, 22]], 'max_tokens': 1, 'echo': true, 'logprobs':"
                + " 1, 'temperature': 0, 'seed': 1234, 'ignore_eos': true}");
    assertThat(response.path("choices").path(0).path("logprobs").path("tokens")).hasSize(4);
    assertThat(response.path("choices").path(1).path("logprobs").path("tokens")).hasSize(5);
    JsonNode first = response.path("choices").path(1).path("logprobs");
    for (int i = 1; i < 5; i++) {
      double logProb = first.path("token_logprobs").path(i).doubleValue();
      double best = Double.NEGATIVE_INFINITY;
      for (JsonNode value : first.path("top_logprobs").path(i)) {
        best = Math.max(best, value.doubleValue());
      }
      assertThat(logProb).isLessThanOrEqualTo(best);
    }
  }

  @Test
  void promptLogProbsHaveTheFormOfVllm() {
    JsonNode list = choice(SAMPLED + ", 'prompt_logprobs': 2").path("prompt_logprobs");
    assertThat(list).hasSize(6);
    assertThat(list.path(0).isNull()).isTrue();
    int h = endpoint.ask("/tokenize", "{'prompt': 'H'}").path("tokens").path(1).asInt();
    JsonNode entry = list.path(1).path(Integer.toString(h));
    assertThat(entry.path("logprob").isNumber()).isTrue();
    assertThat(entry.path("decoded_token").asText()).isEqualTo("H");
    List<Integer> ranks = new ArrayList<>();
    list.path(1).forEach(value -> ranks.add(value.path("rank").asInt()));
    assertThat(ranks).contains(1, 2);
    JsonNode chat = endpoint.ask("/v1/chat/completions", "{" + CHAT + ", 'prompt_logprobs': 0}");
    assertThat(chat.path("prompt_logprobs").size()).isGreaterThan(5);
  }

  @Test
  void chatHasBytesAndAlternatives() {
    JsonNode choice =
        endpoint
            .ask("/v1/chat/completions", "{" + CHAT + ", 'logprobs': true, 'top_logprobs': 2}")
            .path("choices")
            .path(0);
    JsonNode content = choice.path("logprobs").path("content");
    assertThat(content).hasSize(5);
    StringBuilder text = new StringBuilder();
    for (JsonNode token : content) {
      text.append(token.path("token").asText());
      assertThat(token.path("bytes").path(0).asInt())
          .isEqualTo(token.path("token").asText().charAt(0));
      assertThat(token.path("top_logprobs")).hasSize(2);
      assertThat(token.path("logprob").doubleValue()).isNegative();
    }
    assertThat(choice.path("message").path("content").asText()).isEqualTo(text.toString());
  }

  @Test
  void chunksOfAStreamHaveTheLogProbsOfTheWhole() {
    String fields = SAMPLED + ", 'echo': true, 'logprobs': 1";
    JsonNode whole = choice(fields).path("logprobs");
    List<Double> logProbs = new ArrayList<>();
    List<Double> offsets = new ArrayList<>();
    for (JsonNode chunk : endpoint.stream(PATH, "{" + fields + ", 'stream': true}")) {
      JsonNode part = chunk.path("choices").path(0).path("logprobs");
      logProbs.addAll(numbers(part.path("token_logprobs")));
      offsets.addAll(numbers(part.path("text_offset")));
    }
    assertThat(logProbs).isEqualTo(numbers(whole.path("token_logprobs")));
    assertThat(offsets).isEqualTo(numbers(whole.path("text_offset")));
  }
}
