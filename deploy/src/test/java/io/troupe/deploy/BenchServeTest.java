package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static io.troupe.deploy.bench.serve.ScriptedServer.answer;
import static io.troupe.deploy.bench.serve.ScriptedServer.completion;
import static io.troupe.deploy.bench.serve.ScriptedServer.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import io.troupe.deploy.CommandLines.Outcome;
import io.troupe.deploy.bench.serve.ScriptedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BenchServeTest {
  private static final String MODELS = "{\"data\":[{\"id\":\"stories\",\"vocab_size\":512}]}";

  private static void serve(HttpExchange exchange) throws IOException {
    if (exchange.getRequestURI().getPath().equals("/v1/models")) {
      answer(exchange, 200, MODELS);
    } else {
      stream(exchange, completion(8, "a", "b", "c"));
    }
  }

  @Test
  void resultIsOneJsonObject(@TempDir Path folder) throws IOException {
    Path key = Files.writeString(folder.resolve("key"), "# keys\n\nload sk-1 weights\n");
    AtomicInteger requests = new AtomicInteger();
    try (ScriptedServer server =
        new ScriptedServer(
            (exchange, body) -> {
              if (requests.incrementAndGet() == 5) {
                answer(exchange, 429, "");
              } else {
                serve(exchange);
              }
            })) {
      Outcome outcome =
          troupe(
              "bench",
              "serve",
              "--base-url",
              server.baseUrl() + "/v1/",
              "--num-prompts",
              "6",
              "--request-rate",
              "1000",
              "--max-concurrency",
              "2",
              "--random-input-len",
              "8",
              "--random-output-len",
              "3",
              "--goodput",
              "ttft:60000",
              "e2el:60000",
              "--api-key-file",
              key,
              "--json");
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.status()).isZero();
      JsonNode result = new ObjectMapper().readTree(outcome.out());
      assertThat(result.get("completed").asInt()).isEqualTo(5);
      assertThat(result.get("rejected").asInt()).isEqualTo(1);
      assertThat(result.get("failed").asInt()).isZero();
      assertThat(result.get("model_id").asText()).isEqualTo("stories");
      assertThat(result.get("total_input_tokens").asInt()).isEqualTo(40);
      assertThat(result.get("total_output_tokens").asInt()).isEqualTo(15);
      assertThat(result.get("request_goodput").asDouble()).isPositive();
      assertThat(server.received()).as("models, a first request, the load").hasSize(8);
      assertThat(server.received()).allMatch(one -> "Bearer sk-1".equals(one.authorization()));
      assertThat(outcome.out()).doesNotContain("sk-1");
    }
  }

  @Test
  void warmUpRequestsAreNotMeasured() throws IOException {
    try (ScriptedServer server = new ScriptedServer((exchange, body) -> serve(exchange))) {
      Outcome outcome =
          troupe(
              "bench",
              "serve",
              "--base-url",
              server.baseUrl(),
              "--num-prompts",
              "3",
              "--num-warmups",
              "5");
      assertThat(outcome.out()).contains("3 completed, 0 rejected, 0 failed");
      assertThat(server.received()).as("models, a first request, 5, 3").hasSize(10);
    }
  }

  @Test
  void engineIsMeasuredWithoutANetwork(@TempDir Path folder) throws IOException {
    Path model = TinyModel.write(folder.resolve("model"));
    Outcome outcome =
        troupe(
            "bench",
            "serve",
            "--backend",
            "engine",
            "--model",
            model,
            "--num-prompts",
            "5",
            "--max-concurrency",
            "2",
            "--random-input-len",
            "4",
            "--random-output-len",
            "6",
            "--ignore-eos",
            "--json");
    assertThat(outcome.err()).isEmpty();
    JsonNode result = new ObjectMapper().readTree(outcome.out());
    assertThat(result.get("completed").asInt()).isEqualTo(5);
    assertThat(result.get("total_input_tokens").asInt()).isEqualTo(20);
    assertThat(result.get("total_output_tokens").asInt()).isEqualTo(30);
    assertThat(result.get("model_id").asText()).isEqualTo(model.toString());
  }

  @Test
  void tableFitsTheTerminal() throws IOException {
    try (ScriptedServer server = new ScriptedServer((exchange, body) -> serve(exchange))) {
      Outcome outcome =
          troupe("bench", "serve", "--base-url", server.baseUrl(), "--num-prompts", "3");
      assertThat(outcome.status()).isZero();
      assertThat(outcome.out()).contains("3 completed, 0 rejected, 0 failed", "first token");
      assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 80);
    }
  }

  @Test
  void wrongSettingIsReportedBeforeTheLoad() throws IOException {
    try (ScriptedServer server =
        new ScriptedServer(
            (exchange, body) -> answer(exchange, 401, "{\"error\":{\"message\":\"no key\"}}"))) {
      troupe("bench", "serve", "--base-url", server.baseUrl(), "--json")
          .isMistake(1, "status 401: no key");
      troupe(
              "bench",
              "serve",
              "--base-url",
              server.baseUrl(),
              "--json",
              "--model",
              "m",
              "--vocab-size",
              "9")
          .isMistake(1, "must answer a first request, got status 401: no key");
      assertThat(server.received()).hasSize(2);
    }
  }

  @Test
  void failedLoadHasAnExitStatus() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    try (ScriptedServer server =
        new ScriptedServer(
            (exchange, body) -> {
              if (requests.incrementAndGet() <= 2) {
                serve(exchange);
              } else {
                answer(exchange, 500, "{\"error\":{\"message\":\"out of pages\"}}");
              }
            })) {
      Outcome outcome =
          troupe("bench", "serve", "--base-url", server.baseUrl(), "--num-prompts", "4");
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.out())
          .contains("0 completed, 0 rejected, 4 failed", "failed 4: status 500: out of pages");
    }
  }

  @Test
  void optionsAreChecked() {
    troupe("bench", "serve", "--backend", "engine")
        .isMistake(2, "--model must be the directory of a model with --backend engine, got none");
    troupe("bench", "serve", "--backend", "engine", "--model", "m", "--base-url", "http://h:1")
        .isMistake(2, "--base-url must be absent with --backend engine, got http://h:1");
    troupe("bench", "serve", "--backend", "engine", "--model", "/no/such/model")
        .isMistake(1, "/no/such/model");
    troupe("bench", "serve", "--base-url", "localhost:8000")
        .isMistake(2, "--base-url must be http");
    troupe("bench", "serve", "--request-rate", "0").isMistake(2, "--request-rate must be > 0");
    troupe("bench", "serve", "--request-rate", "fast").isMistake(2, "--request-rate must be > 0");
    troupe("bench", "serve", "--num-prompts", "0").isMistake(2, "--num-prompts must be 1 or more");
    troupe("bench", "serve", "--max-concurrency", "0")
        .isMistake(2, "--max-concurrency must be from");
    troupe("bench", "serve", "--goodput", "--json").isMistake(2, "--goodput must be followed by");
    troupe("bench", "serve", "--goodput", "itl:4").isMistake(2, "--goodput must be ttft:MS");
    troupe("bench", "serve", "--api-key-file", "/no/such/file")
        .isMistake(2, "--api-key-file must be");
    troupe("bench", "serve", "--random-output-len", "1000000", "--num-prompts", "101")
        .isMistake(2, "at most 100000000, got 101000000");
  }

  @Test
  void endpointThatIsNotRunningIsReported() throws IOException {
    String url;
    try (ScriptedServer server = new ScriptedServer((exchange, body) -> serve(exchange))) {
      url = server.baseUrl();
    }
    troupe("bench", "serve", "--base-url", url)
        .isMistake(1, "--base-url must be a running endpoint", "does not accept connections");
  }
}
