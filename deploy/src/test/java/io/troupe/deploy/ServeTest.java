package io.troupe.deploy;

import static io.troupe.deploy.CommandLines.troupe;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code troupe serve} over real connections. */
@Timeout(120)
class ServeTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

  @TempDir private static Path temporary;
  private static Path model;
  private static RunningCommand server;
  private static JsonNode serving;

  @BeforeAll
  static void start() throws IOException {
    model = TinyModel.write(temporary.resolve("model"));
    server =
        new RunningCommand(
            "serve",
            "--model",
            model,
            "--port",
            "0",
            "--flight-port",
            "0",
            "--weights-root",
            temporary,
            "--json");
    serving = server.event();
  }

  @AfterAll
  static void stop() throws Exception {
    server.interrupt();
    assertThat(server.event().path("event").asText()).isEqualTo("stopping");
    assertThat(server.event().path("event").asText()).isEqualTo("stopped");
    assertThat(server.status().get(60, TimeUnit.SECONDS)).isZero();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder().uri(uri(path)));
  }

  private static JsonNode post(String path, String body) throws Exception {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder()
                .uri(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }

  private static URI uri(String path) {
    return URI.create(serving.path("http").asText() + path);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(
        request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> generated(String... options) throws IOException {
    List<Object> args = new ArrayList<>(List.of("generate", "--model", model, "--json"));
    args.addAll(List.of(options));
    List<String> texts = new ArrayList<>();
    for (String line : troupe(args.toArray()).out().lines().toList()) {
      texts.add(JSON.readTree(line).path("text").asText());
    }
    return texts;
  }

  private static List<String> completed(String body) throws Exception {
    List<String> texts = new ArrayList<>();
    post("/v1/completions", body)
        .path("choices")
        .forEach(choice -> texts.add(choice.path("text").asText()));
    return texts;
  }

  @Test
  void answersAreThoseOfGenerate() throws Exception {
    assertThat(completed("{\"prompt\": \"1+2=\", \"max_tokens\": 8, \"temperature\": 0}"))
        .isEqualTo(generated("--prompt", "1+2=", "--max-new-tokens", "8"));
    assertThat(
            completed(
                "{\"prompt\": \"1+2=\", \"max_tokens\": 8, \"temperature\": 0.8, \"top_p\": 0.9,"
                    + " \"n\": 3, \"seed\": 5}"))
        .isEqualTo(
            generated(
                "--prompt",
                "1+2=",
                "--max-new-tokens",
                "8",
                "--temperature",
                "0.8",
                "--top-p",
                "0.9",
                "--top-k",
                "0",
                "--num-return-sequences",
                "3",
                "--seed",
                "5"));
  }

  @Test
  void weightsAreReplacedWhileServing() throws Exception {
    TinyModel.write(temporary.resolve("next"));
    JsonNode updated = post("/v1/weights", "{\"directory\": \"next\", \"mode\": \"wait\"}");
    assertThat(updated.path("version").asLong()).isPositive();
    JsonNode models = JSON.readTree(get("/v1/models").body());
    assertThat(models.path("data").path(0).path("policy_version").asLong())
        .isEqualTo(updated.path("version").asLong());
  }

  @Test
  void thePageIsServed() throws Exception {
    HttpResponse<String> page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<!doctype html>");
  }

  @Test
  void loadIsMeasuredOverBothProtocols() throws Exception {
    for (String backend : List.of("openai", "flight")) {
      CommandLines.Outcome outcome =
          troupe(
              "bench",
              "serve",
              "--backend",
              backend,
              "--base-url",
              serving.path(backend.equals("flight") ? "flight" : "http").asText(),
              "--num-prompts",
              "12",
              "--max-concurrency",
              "4",
              "--random-input-len",
              "5",
              "--random-output-len",
              "6",
              "--ignore-eos",
              "--json");
      assertThat(outcome.status()).as(outcome.err()).isZero();
      JsonNode result = JSON.readTree(outcome.out());
      assertThat(result.path("completed").asInt()).as(outcome.out()).isEqualTo(12);
      assertThat(result.path("total_input_tokens").asInt()).isEqualTo(60);
      assertThat(result.path("total_output_tokens").asInt()).isEqualTo(72);
      assertThat(result.path("median_ttft_ms").asDouble()).isPositive();
    }
  }

  @Test
  void theAddressesArePrinted() throws Exception {
    assertThat(serving.path("event").asText()).isEqualTo("serving");
    assertThat(serving.path("flight").asText()).startsWith("grpc://127.0.0.1:");
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    troupe("serve", "--model", temporary.resolve("missing")).isMistake(1, "must exist");
    troupe("serve").isMistake(2, "--model", "--follow");
    troupe("serve", "--model", model, "--follow", model).isMistake(2, "mutually exclusive");
    troupe("serve", "--follow", model).isMistake(2, "must be the directory of a GRPO run");
    troupe("serve", "--model", model, "--follow-mode", "now")
        .isMistake(2, "--follow-mode must be keep, wait or abort, got now");
    troupe("serve", "--model", model, "--tls-cert", model.resolve("config.json"))
        .isMistake(2, "tls-key must be given exactly if --tls-cert is");
    troupe("serve", "--model", model, "--port", "70000").isMistake(2, "port must be in [0, 65535]");
    Path keys = Files.writeString(temporary.resolve("keys"), "ann short");
    troupe("serve", "--model", model, "--api-key-file", keys)
        .isMistake(1, "a key of at least 16 characters");
    String port = serving.path("http").asText().replaceFirst(".*:", "");
    troupe("serve", "--model", model, "--port", port, "--flight-port", 0)
        .isMistake(1, "host and port must be an address that no other program listens on");
  }
}
