package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hostile requests: always a proper error or a closed connection, and a server that lives on. */
@Timeout(300)
class FuzzTest {
  private static final int NUM_BODIES = 4000;
  private static final int NUM_CONNECTIONS = 300;
  private static final List<String> PATHS =
      List.of("/v1/completions", "/v1/chat/completions", "/tokenize", "/detokenize", "/v1/weights");
  private static final List<String> FIELDS =
      List.of(
          "prompt",
          "messages",
          "model",
          "max_tokens",
          "max_completion_tokens",
          "n",
          "stop",
          "stop_token_ids",
          "seed",
          "temperature",
          "top_k",
          "top_p",
          "min_p",
          "repetition_penalty",
          "presence_penalty",
          "frequency_penalty",
          "logit_bias",
          "min_tokens",
          "ignore_eos",
          "logprobs",
          "top_logprobs",
          "echo",
          "prompt_logprobs",
          "use_beam_search",
          "stream",
          "stream_options",
          "return_token_ids",
          "user",
          "response_format",
          "guided_regex",
          "structured_outputs",
          "tools",
          "tool_choice",
          "tokens",
          "directory",
          "mode",
          "best_of",
          "length_penalty",
          "early_stopping",
          "skip_special_tokens",
          "add_special_tokens",
          "suffix");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "2",
          "-1",
          "3.5",
          "1e400",
          "-0.0",
          "1e-320",
          "9223372036854775807",
          "9223372036854775808",
          "123456789012345678901234567890",
          "\"\"",
          "\"a\"",
          "\"Hello\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"..\"",
          "\"/\"",
          "\"tiny\"",
          "\"keep\"",
          "\"auto\"",
          "\"required\"",
          "[]",
          "[[]]",
          "[1]",
          "[1,2,3]",
          "[[1,2],[3]]",
          "[\"a\",\"b\"]",
          "[1,\"a\"]",
          "{}",
          "{\"1\":1}",
          "{\"a\":1}",
          "{\"regex\":\"a{1,5}\"}",
          "{\"regex\":\"(((((((a*)*)*)*)*)*)*)*b\"}",
          "{\"regex\":\"[a-c]{3}\"}",
          "{\"type\":\"json_object\"}",
          "{\"type\":\"text\"}",
          "{\"include_usage\":true}",
          "[{\"role\":\"user\",\"content\":\"a\"}]",
          "[{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[]}]",
          "[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]",
          "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}");

  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws InterruptedException {
    endpoint =
        RunningEndpoint.start(
            folder,
            "weights-root = \"%s\", load { max-completions = 4 }, network { idle-timeout = 2 s }"
                .formatted(folder.resolve("nothing")));
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  private static String body(Random random) {
    StringBuilder body = new StringBuilder("{");
    if (random.nextInt(3) > 0) {
      body.append(
          random.nextBoolean()
              ? "\"prompt\": \"Hello\""
              : "\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]");
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      body.append(body.length() > 1 ? ", \"" : "\"")
          .append(FIELDS.get(random.nextInt(FIELDS.size())))
          .append("\": ")
          .append(VALUES.get(random.nextInt(VALUES.size())));
    }
    body.append('}');
    return random.nextInt(8) == 0 ? damaged(body.toString(), random) : body.toString();
  }

  /** Replaces, removes or repeats characters. */
  private static String damaged(String body, Random random) {
    StringBuilder damaged = new StringBuilder(body);
    for (int i = random.nextInt(1, 6); i > 0 && !damaged.isEmpty(); i--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(3)) {
        case 0 -> damaged.setCharAt(at, (char) random.nextInt(1, 0x2ff));
        case 1 -> damaged.deleteCharAt(at);
        default -> damaged.insert(at, damaged.charAt(at));
      }
    }
    return damaged.toString();
  }

  @Test
  void everyBodyHasAProperAnswer() {
    for (int seed = 0; seed < NUM_BODIES; seed++) {
      Random random = new Random(seed);
      String path = PATHS.get(random.nextInt(PATHS.size()));
      String body = body(random);
      HttpResponse<String> response =
          endpoint.send(
              HttpRequest.newBuilder(endpoint.uri(path))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(body)));
      String what = "seed " + seed + ": " + path + " " + body + ": " + response.body();
      assertThat(response.statusCode()).as(what).isIn(200, 400, 404);
      assertThat(response.body()).as(what).doesNotContain("Exception", "\tat ");
      if (response.statusCode() != 200) {
        assertThat(RunningEndpoint.read(response.body()).path("error").path("message").asText())
            .as(what)
            .isNotEmpty();
      }
    }
    assertThat(endpoint.endpoint.numRequests()).isZero();
    endpoint.ask("/v1/completions", "{'prompt': 'Hello', 'max_tokens': 1}");
  }

  @Test
  void bytesOfEveryKindLeaveTheServerAlive() throws IOException {
    String valid =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 17\r\n\r\n{\"prompt\": \"abc\"}";
    for (int seed = 0; seed < NUM_CONNECTIONS; seed++) {
      Random random = new Random(seed);
      String request = damaged(valid, random) + "\r\n\r\n";
      try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        InputStream in = socket.getInputStream();
        String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).as("seed %d: %s", seed, request).doesNotContain(" 500 ", "Exception");
      } catch (java.net.SocketException e) {
        assertThat(e.getMessage()).as("seed %d", seed).containsAnyOf("reset", "Broken pipe");
      }
    }
    endpoint.ask("/v1/completions", "{'prompt': 'Hello', 'max_tokens': 1}");
  }
}
