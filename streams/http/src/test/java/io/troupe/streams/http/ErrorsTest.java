package io.troupe.streams.http;

import static io.troupe.streams.http.RunningEndpoint.read;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Scope;
import io.troupe.streams.http.error.Failures;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Set;
import org.apache.pekko.stream.SubscriptionWithCancelException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are refused: each with the right status and OpenAI's error object. */
@Timeout(120)
class ErrorsTest {
  private static final String PATH = "/v1/completions";

  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws InterruptedException {
    endpoint =
        RunningEndpoint.start(
            folder, "load { max-pending-prompt-tokens = 60 }, network { max-body-bytes = 4k }");
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  private static JsonNode error(int status, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    JsonNode error = read(response.body()).path("error");
    assertThat(error.path("message").asText()).isNotEmpty();
    assertThat(error.path("type").asText()).isNotEmpty();
    assertThat(error.has("param")).isTrue();
    assertThat(error.has("code")).isTrue();
    return error;
  }

  @Test
  void aClientThatLeavesWithinItsBodyIsNoFaultOfTheServer() {
    Throwable left = SubscriptionWithCancelException.StageWasCompleted$.MODULE$;
    assertThat(Failures.of(left, "id").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "prompt; {'max_tokens': 3}",
        "prompt; {'prompt': 5}",
        "prompt; {'prompt': []}",
        "prompt; {'prompt': [[]]}",
        "prompt; {'prompt': [61]}",
        "prompt; {'prompt': [-1]}",
        "prompt; {'prompt': [1.5]}",
        "prompt; {'prompt': ['a', 3]}",
        "prompt; {'prompt': 'no such character: !'}",
        "prompt; {'prompt': {}}",
        "max_tokens; {'prompt': 'a', 'max_tokens': -1}",
        "max_tokens; {'prompt': 'a', 'max_tokens': 'x'}",
        "max_tokens; {'prompt': 'a', 'max_tokens': 0}",
        "n; {'prompt': 'a', 'n': 0}",
        "n; {'prompt': 'a', 'n': 1000000}",
        "temperature; {'prompt': 'a', 'temperature': -1}",
        "temperature; {'prompt': 'a', 'temperature': 'hot'}",
        "top_p; {'prompt': 'a', 'top_p': 2}",
        "top_p; {'prompt': 'a', 'temperature': 0, 'top_p': 2}",
        "top_k; {'prompt': 'a', 'top_k': 1.5}",
        "min_p; {'prompt': 'a', 'min_p': 3}",
        "presence_penalty; {'prompt': 'a', 'presence_penalty': 9}",
        "repetition_penalty; {'prompt': 'a', 'repetition_penalty': 0}",
        "seed; {'prompt': 'a', 'seed': 1e30}",
        "stop; {'prompt': 'a', 'stop': ['']}",
        "stop; {'prompt': 'a', 'stop': 7}",
        "logprobs; {'prompt': 'a', 'logprobs': 21}",
        "logprobs; {'prompt': 'a', 'logprobs': true}",
        "prompt_logprobs; {'prompt': 'a', 'prompt_logprobs': 1, 'stream': true}",
        "stream; {'prompt': 'a', 'stream': 'yes'}",
        "stream_options; {'prompt': 'a', 'stream_options': {'include_usage': true}}",
        "stream_options.speed; {'prompt': 'a', 'stream': true, 'stream_options': {'speed': 1}}",
        "suffix; {'prompt': 'a', 'suffix': 'b'}",
        "best_of; {'prompt': 'a', 'best_of': 3}",
        "logit_bias; {'prompt': 'a', 'logit_bias': {'x': 1}}",
        "messages; {'prompt': 'a', 'messages': []}",
        "frobnicate; {'prompt': 'a', 'frobnicate': 1}",
      })
  void fieldIsRejectedByName(String param, String body) {
    HttpResponse<String> response = endpoint.post(PATH, RunningEndpoint.quoted(body));
    JsonNode error = error(400, response);
    assertThat(error.path("param").asText()).isEqualTo(param);
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
  }

  @Test
  void nullIsTheSameAsAbsent() {
    JsonNode response =
        endpoint.ask(
            PATH, "{'prompt': 'a', 'max_tokens': 1, 'stop': null, 'logprobs': null, 'foo': null}");
    assertThat(response.path("choices")).hasSize(1);
  }

  @Test
  void bodyThatIsNotAJsonObjectIsRejected() {
    error(400, endpoint.post(PATH, ""));
    error(400, endpoint.post(PATH, "[1]"));
    error(400, endpoint.post(PATH, "{\"prompt\": "));
    error(400, endpoint.post(PATH, "{\"prompt\": \"a\"} x"));
    error(400, endpoint.post(PATH, "{\"prompt\": \"a\", \"prompt\": \"b\"}"));
    error(400, endpoint.post(PATH, "{\"prompt\":" + "[".repeat(1000) + "]".repeat(1000) + "}"));
  }

  @Test
  void otherModelIsNotFound() {
    JsonNode error = error(404, endpoint.post(PATH, "{\"prompt\": \"a\", \"model\": \"gpt-4\"}"));
    assertThat(error.path("code").asText()).isEqualTo("model_not_found");
    error(404, endpoint.get("/v1/models/gpt-4"));
  }

  @Test
  void unknownPathsAreNotFound() {
    error(404, endpoint.get("/v2/models"));
    error(404, endpoint.get("/page/../reference.conf"));
    error(404, endpoint.get("/page/nothing.js"));
    error(404, endpoint.get("/page/%2e%2e/reference.conf"));
  }

  @Test
  void otherMethodsAreNotAllowed() {
    error(405, endpoint.get(PATH));
    error(405, endpoint.post("/v1/models", "{}"));
    error(405, endpoint.send(HttpRequest.newBuilder(endpoint.uri("/health")).DELETE()));
  }

  @Test
  void otherMediaTypesAreNotSupported() {
    HttpRequest.Builder text =
        HttpRequest.newBuilder(endpoint.uri(PATH))
            .header("Content-Type", "text/plain")
            .POST(BodyPublishers.ofString("{\"prompt\": \"a\"}"));
    error(415, endpoint.send(text));
    HttpRequest.Builder none =
        HttpRequest.newBuilder(endpoint.uri(PATH))
            .POST(BodyPublishers.ofString("{\"prompt\": \"a\"}"));
    error(415, endpoint.send(none));
    HttpRequest.Builder json =
        HttpRequest.newBuilder(endpoint.uri(PATH))
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(BodyPublishers.ofString("{\"prompt\": \"a\", \"max_tokens\": 1}"));
    assertThat(endpoint.send(json).statusCode()).isEqualTo(200);
  }

  @Test
  void largeBodyIsRejected() {
    for (int attempt = 0; attempt < 20; attempt++) { // the answer must not be lost while it sends
      error(413, endpoint.post(PATH, "{\"prompt\": \"" + "a".repeat(5000) + "\"}"));
    }
    assertThat(endpoint.get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void promptThatExceedsAdmissionAloneIsInvalid() {
    JsonNode error = error(400, endpoint.post(PATH, "{\"prompt\": \"" + "a".repeat(61) + "\"}"));
    assertThat(error.path("param").asText()).isEqualTo("prompt");
  }

  @Test
  void endpointThatStartsOrDrainsIsUnavailable(@TempDir Path other) throws Exception {
    ApiKeys keys = ApiKeys.none(Set.of(Scope.GENERATE));
    try (RunningEndpoint cold =
        RunningEndpoint.startCold(
            RunningEndpoint.model(other), "timeouts { drain-timeout = 1 ms }", keys)) {
      assertThat(cold.get("/health").statusCode()).isEqualTo(503);
      HttpResponse<String> response = cold.post(PATH, "{\"prompt\": \"a\"}");
      error(503, response);
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
      cold.endpoint.warmUp();
      assertThat(cold.get("/health").statusCode()).isEqualTo(200);
      cold.endpoint.drain();
      error(503, cold.post(PATH, "{\"prompt\": \"a\"}"));
      HttpResponse<String> health = cold.get("/health");
      assertThat(health.statusCode()).isEqualTo(503);
      assertThat(read(health.body()).path("status").asText()).isEqualTo("draining");
    }
  }
}
