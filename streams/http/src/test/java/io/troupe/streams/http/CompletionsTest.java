package io.troupe.streams.http;

import static io.troupe.streams.http.RunningEndpoint.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The fields of {@code /v1/completions}. */
@Timeout(120)
class CompletionsTest {
  private static final String PATH = "/v1/completions";
  private static final String SAMPLED =
      "'prompt': 'Hello', 'max_tokens': 8, 'ignore_eos': true, 'seed': 7";

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

  private static JsonNode ask(String fields) {
    return endpoint.ask(PATH, "{" + fields + "}");
  }

  private static JsonNode choice(String fields) {
    return ask(fields).path("choices").path(0);
  }

  private static List<Integer> ids(JsonNode choice) {
    List<Integer> ids = new ArrayList<>();
    choice.path("token_ids").forEach(id -> ids.add(id.intValue()));
    return ids;
  }

  @Test
  void responseHasTheFieldsOfOpenAi() {
    JsonNode response = ask(SAMPLED + ", 'model': 'tiny', 'user': 'me'");
    assertThat(response.path("id").asText()).startsWith("cmpl-");
    assertThat(response.path("object").asText()).isEqualTo("text_completion");
    assertThat(response.path("model").asText()).isEqualTo("tiny");
    assertThat(response.path("created").asLong()).isGreaterThan(1_700_000_000);
    assertThat(response.path("system_fingerprint").asText()).matches("v0-[0-9a-f]{12}");
    JsonNode choice = response.path("choices").path(0);
    assertThat(choice.path("index").asInt()).isZero();
    assertThat(choice.path("text").asText()).isNotEmpty();
    assertThat(choice.path("logprobs").isNull()).isTrue();
    assertThat(choice.path("finish_reason").asText()).isEqualTo("length");
    JsonNode usage = response.path("usage");
    assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(6); // with BOS
    assertThat(usage.path("completion_tokens").asInt()).isEqualTo(8);
    assertThat(usage.path("total_tokens").asInt()).isEqualTo(14);
    assertThat(usage.path("prompt_tokens_details").path("cached_tokens").isInt()).isTrue();
  }

  @Test
  void defaultIsSixteenTokensAsInOpenAi() {
    JsonNode response = ask("'prompt': 'Hello', 'ignore_eos': true");
    assertThat(response.path("usage").path("completion_tokens").asInt()).isEqualTo(16);
  }

  @Test
  void sameSeedGivesSameTextAndAnotherSeedAnother() {
    String text = choice(SAMPLED).path("text").asText();
    assertThat(choice(SAMPLED).path("text").asText()).isEqualTo(text);
    assertThat(choice(SAMPLED.replace("'seed': 7", "'seed': 8")).path("text").asText())
        .isNotEqualTo(text);
  }

  @Test
  void idsAsPromptEqualTheText() {
    JsonNode tokens = endpoint.ask("/tokenize", "{'prompt': 'Hello'}").path("tokens");
    JsonNode ofIds = choice(SAMPLED.replace("'Hello'", tokens.toString()));
    assertThat(ofIds.path("text")).isEqualTo(choice(SAMPLED).path("text"));
  }

  @Test
  void choicesOfSeveralPromptsAreOrderedByPromptAndSample() {
    JsonNode choices =
        ask(SAMPLED.replace("'Hello'", "['Hello', 'World']") + ", 'n': 2").path("choices");
    assertThat(choices).hasSize(4);
    for (int i = 0; i < 4; i++) {
      assertThat(choices.path(i).path("index").asInt()).isEqualTo(i);
    }
    assertThat(choices.path(0).path("text")).isEqualTo(choice(SAMPLED).path("text"));
  }

  @Test
  void listsOfIdsAreSeveralPrompts() {
    assertThat(ask("'prompt': [[1, 5, 6], [1, 9]], 'max_tokens': 2").path("choices")).hasSize(2);
  }

  @Test
  void greedyDecodingIgnoresTheSeed() {
    String greedy = "'prompt': 'Hello', 'temperature': 0, 'max_tokens': 8, 'ignore_eos': true";
    assertThat(choice(greedy + ", 'seed': 1").path("text"))
        .isEqualTo(choice(greedy + ", 'seed': 2").path("text"));
  }

  @Test
  void stopStringEndsTheTextAndIsTheStopReason() {
    String text = choice(SAMPLED).path("text").asText();
    String stop = text.substring(3, 5);
    JsonNode choice = choice(SAMPLED + ", 'stop': ['" + stop + "']");
    assertThat(choice.path("text").asText()).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(choice.path("stop_reason").asText()).isEqualTo(stop);
  }

  @Test
  void endOfTextTokenIsAStopWithoutReason() {
    JsonNode choice = null;
    for (int seed = 0; choice == null || choice.path("finish_reason").asText().equals("length"); ) {
      assertThat(seed).isLessThan(50);
      choice = choice("'prompt': 'Hello', 'max_tokens': 40, 'seed': " + seed++);
    }
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    assertThat(choice.path("stop_reason").isNull()).isTrue();
  }

  @Test
  void tokenIdsAndPolicyVersionsAreReturnedOnRequest() {
    JsonNode choice = choice(SAMPLED + ", 'return_token_ids': true");
    assertThat(ids(choice)).hasSize(8);
    assertThat(choice.path("prompt_token_ids")).hasSize(6);
    assertThat(choice.path("policy_versions")).hasSize(8).allMatch(version -> version.asInt() == 0);
    assertThat(choice(SAMPLED).has("token_ids")).isFalse();
  }

  @Test
  void chunksOfAStreamJoinToTheWholeResponse() {
    String fields = SAMPLED + ", 'n': 2, 'return_token_ids': true";
    JsonNode whole = ask(fields);
    List<JsonNode> chunks = endpoint.stream(PATH, "{" + fields + ", 'stream': true}");
    for (JsonNode expected : whole.path("choices")) {
      StringBuilder text = new StringBuilder();
      List<Integer> ids = new ArrayList<>();
      String finish = "";
      for (JsonNode chunk : chunks) {
        assertThat(chunk.path("choices")).hasSize(1);
        assertThat(chunk.path("id")).isEqualTo(chunks.getFirst().path("id"));
        JsonNode choice = chunk.path("choices").path(0);
        if (choice.path("index").equals(expected.path("index"))) {
          text.append(choice.path("text").asText());
          ids.addAll(ids(choice));
          finish = choice.path("finish_reason").asText();
        }
      }
      assertThat(text.toString()).isEqualTo(expected.path("text").asText());
      assertThat(ids).isEqualTo(ids(expected));
      assertThat(finish).isEqualTo("length");
    }
  }

  @Test
  void finishReasonComesWithTheLastTokensOfItsCompletion() {
    List<JsonNode> chunks =
        endpoint.stream(
            PATH,
            "{'prompt': 'Hello', 'max_tokens': 40, 'seed': 7, 'n': 8, 'stop_token_ids': [5, 9, 20,"
                + " 31, 44], 'return_token_ids': true, 'stream': true}");
    List<JsonNode> ends =
        chunks.stream()
            .map(chunk -> chunk.path("choices").path(0))
            .filter(choice -> choice.path("finish_reason").isTextual())
            .toList();
    assertThat(ends).hasSize(8);
    assertThat(ends).allMatch(choice -> choice.path("token_ids").size() > 0);
    assertThat(ends).extracting(choice -> choice.path("index").asInt()).doesNotHaveDuplicates();
  }

  @Test
  void usageIsTheLastChunkOnRequest() {
    List<JsonNode> chunks =
        endpoint.stream(
            PATH, "{" + SAMPLED + ", 'stream': true, 'stream_options': {'include_usage': true}}");
    assertThat(chunks.getFirst().path("usage").isNull()).isTrue();
    assertThat(chunks.getLast().path("choices")).isEmpty();
    assertThat(chunks.getLast().path("usage").path("completion_tokens").asInt()).isEqualTo(8);
    List<JsonNode> without = endpoint.stream(PATH, "{" + SAMPLED + ", 'stream': true}");
    assertThat(without).noneMatch(chunk -> chunk.has("usage"));
  }

  @Test
  void echoBeginsTheTextWithThePrompt() {
    String text = choice(SAMPLED).path("text").asText();
    assertThat(choice(SAMPLED + ", 'echo': true").path("text").asText()).isEqualTo("Hello" + text);
    StringBuilder streamed = new StringBuilder();
    endpoint.stream(PATH, "{" + SAMPLED + ", 'echo': true, 'stream': true}")
        .forEach(chunk -> streamed.append(chunk.path("choices").path(0).path("text").asText()));
    assertThat(streamed.toString()).isEqualTo("Hello" + text);
  }

  @Test
  void beamSearchReturnsItsBestSequences() {
    JsonNode response =
        ask(
            "'prompt': 'Hello', 'max_tokens': 6, 'ignore_eos': true, 'use_beam_search': true, 'n':"
                + " 3, 'return_token_ids': true");
    assertThat(response.path("choices")).hasSize(3);
    assertThat(ids(response.path("choices").path(0))).hasSize(6);
    assertThat(response.path("choices").path(0).path("text").asText()).isNotEmpty();
  }

  @Test
  void tokenizeAndDetokenizeAreInverse() {
    JsonNode tokens = endpoint.ask("/tokenize", "{'prompt': 'Hello', 'return_token_strs': true}");
    assertThat(tokens.path("count").asInt()).isEqualTo(6);
    assertThat(tokens.path("max_model_len").asInt()).isEqualTo(64);
    assertThat(tokens.path("token_strs").path(1).asText()).isEqualTo("H");
    JsonNode text = endpoint.ask("/detokenize", "{'tokens': " + tokens.path("tokens") + "}");
    assertThat(text.path("prompt").asText()).isEqualTo("Hello");
    JsonNode plain = endpoint.ask("/tokenize", "{'prompt': 'Hello', 'add_special_tokens': false}");
    assertThat(plain.path("count").asInt()).isEqualTo(5);
  }

  @Test
  void stateRoutesShowModelHealthMetricsAndVersion() {
    JsonNode models = read(endpoint.get("/v1/models").body());
    assertThat(models.path("data").path(0).path("id").asText()).isEqualTo("tiny");
    assertThat(models.path("data").path(0).path("policy_version").asInt()).isZero();
    assertThat(models.path("data").path(0).path("checksum").asText()).matches("[0-9a-f]{64}");
    assertThat(read(endpoint.get("/v1/models/tiny").body())).isEqualTo(models.path("data").path(0));
    assertThat(read(endpoint.get("/health").body()).path("status").asText()).isEqualTo("ready");
    assertThat(read(endpoint.get("/version").body()).path("version").asText()).isEqualTo("1.2.3");
    assertThat(endpoint.get("/metrics").body())
        .contains("troupe_time_to_first_token_seconds_bucket");
  }
}
