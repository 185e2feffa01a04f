package io.troupe.streams.http;

import static io.troupe.streams.http.RunningEndpoint.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.serving.access.ApiKeys;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys guard every route but {@code /health} and the page; weights need a scope of their own. */
@Timeout(120)
class AccessTest {
  private static final String KEY = "reader-key-0123456789";
  private static final String WEIGHTS_KEY = "weights-key-0123456789";
  private static final String PROMPT = "{\"prompt\": \"a\", \"max_tokens\": 1}";

  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws Exception {
    Path file = folder.resolve("keys");
    Files.writeString(file, "reader " + KEY + "\ntrainer " + WEIGHTS_KEY + " weights\n");
    endpoint =
        RunningEndpoint.start(folder, "weights-root = \"" + folder + "\"", ApiKeys.load(file));
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  private static HttpResponse<String> post(String path, String authorization, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint.uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return endpoint.send(request);
  }

  @Test
  void keyOpensTheRoutes() {
    assertThat(post("/v1/completions", "Bearer " + KEY, PROMPT).statusCode()).isEqualTo(200);
    assertThat(post("/v1/completions", "bearer  " + KEY, PROMPT).statusCode()).isEqualTo(200);
  }

  @Test
  void missingOrWrongKeyIsUnauthorized() {
    for (String authorization :
        new String[] {"", KEY, "Bearer", "Bearer ", "Basic " + KEY, "Bearer " + KEY + "x"}) {
      HttpResponse<String> response = post("/v1/completions", authorization, PROMPT);
      assertThat(response.statusCode()).as(authorization).isEqualTo(401);
      assertThat(read(response.body()).path("error").path("code").asText())
          .isEqualTo("invalid_api_key");
      assertThat(response.body()).doesNotContain(KEY);
    }
    for (String path : new String[] {"/v1/models", "/v1/models/tiny", "/metrics", "/version"}) {
      assertThat(endpoint.get(path).statusCode()).as(path).isEqualTo(401);
    }
    for (String path : new String[] {"/tokenize", "/detokenize", "/v1/weights"}) {
      assertThat(post(path, "", "{}").statusCode()).as(path).isEqualTo(401);
    }
  }

  @Test
  void healthAndPageAreOpen() {
    assertThat(endpoint.get("/health").statusCode()).isEqualTo(200);
    HttpResponse<String> page = endpoint.get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
    assertThat(endpoint.get("/page/main.js").headers().firstValue("Content-Type").orElse(""))
        .contains("javascript");
  }

  @Test
  void weightsNeedTheirScope() {
    String body = "{\"directory\": \"tiny\"}";
    assertThat(post("/v1/weights", "Bearer " + KEY, body).statusCode()).isEqualTo(403);
    HttpResponse<String> response = post("/v1/weights", "Bearer " + WEIGHTS_KEY, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(read(response.body()).path("version").asInt()).isPositive();
  }

  @Test
  void wrongWeightsChangeNothingAndAreExplained() {
    String before =
        endpoint
            .send(
                HttpRequest.newBuilder(endpoint.uri("/v1/models"))
                    .header("Authorization", "Bearer " + KEY))
            .body();
    for (String body :
        new String[] {
          "{\"directory\": \"..\"}",
          "{\"directory\": \"/etc\"}",
          "{\"directory\": \"missing\"}",
          "{\"directory\": \"a\\u0000b\"}",
          "{}",
          "{\"directory\": \"tiny\", \"mode\": \"maybe\"}",
          "{\"directory\": \"tiny\", \"force\": true}"
        }) {
      HttpResponse<String> response = post("/v1/weights", "Bearer " + WEIGHTS_KEY, body);
      assertThat(response.statusCode()).as(body + response.body()).isEqualTo(400);
    }
    String after =
        endpoint
            .send(
                HttpRequest.newBuilder(endpoint.uri("/v1/models"))
                    .header("Authorization", "Bearer " + KEY))
            .body();
    assertThat(after).isEqualTo(before);
  }
}
