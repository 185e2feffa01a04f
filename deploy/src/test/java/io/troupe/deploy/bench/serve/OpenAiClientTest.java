package io.troupe.deploy.bench.serve;

import static io.troupe.deploy.bench.serve.ScriptedServer.answer;
import static io.troupe.deploy.bench.serve.ScriptedServer.completion;
import static io.troupe.deploy.bench.serve.ScriptedServer.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.deploy.bench.serve.CompletionClient.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenAiClientTest {
  private static final LoadRequest REQUEST = new LoadRequest(0, new int[] {5, 9}, 4, 0.5, 42, true);

  private static Target target(ScriptedServer server) {
    return new Target(server.baseUrl(), Optional.of("secret"), Duration.ofSeconds(30));
  }

  private static TokenArrivals arrivals() {
    return new TokenArrivals(new SteppingClock(10_000_000), () -> {});
  }

  private static Answer complete(OpenAiApi api, ScriptedServer.Script script, TokenArrivals tokens)
      throws Exception {
    try (ScriptedServer server = new ScriptedServer(script);
        OpenAiClient client = new OpenAiClient(api, target(server))) {
      return client.complete("m", REQUEST, tokens);
    }
  }

  @Test
  void completionIsRequestedAsAStreamOfTokens() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer((exchange, body) -> stream(exchange, completion(2, "a", "b")));
        OpenAiClient client = new OpenAiClient(OpenAiApi.COMPLETIONS, target(server))) {
      assertThat(client.complete("m", REQUEST, arrivals())).isEqualTo(new Answer.Completed(2, 2));
      ScriptedServer.Received received = server.received().getFirst();
      assertThat(received.path()).isEqualTo("/v1/completions");
      assertThat(received.authorization()).isEqualTo("Bearer secret");
      JsonNode expected =
          new ObjectMapper()
              .readTree(
                  """
                  {"model": "m", "prompt": [5, 9], "max_tokens": 4, "temperature": 0.5, "seed": 42,
                   "ignore_eos": true, "stream": true, "stream_options": {"include_usage": true}}
                  """);
      assertThat(new ObjectMapper().readTree(received.body())).isEqualTo(expected);
    }
  }

  @Test
  void latenciesAreThoseOfTheArrivals() throws Exception {
    TokenArrivals tokens = arrivals(); // the clock advances 10 ms with each arrival
    complete(
        OpenAiApi.COMPLETIONS,
        (exchange, body) -> stream(exchange, completion(2, "a", "", "c", "d")),
        tokens);
    TokenArrivals.Latency latency = tokens.latency(4);
    assertThat(latency.ttft()).isEqualTo(10);
    assertThat(latency.itl()).containsExactly(10, 10, 10);
    assertThat(latency.e2el()).isEqualTo(40);
    assertThat(latency.tpot()).isEqualTo(10);
  }

  @Test
  void completionWithoutTextArrivesWithItsFinishReason() throws Exception {
    TokenArrivals tokens = arrivals();
    assertThat(
            complete(
                OpenAiApi.COMPLETIONS,
                (exchange, body) -> stream(exchange, completion(2, "")),
                tokens))
        .isEqualTo(new Answer.Completed(2, 1));
    assertThat(tokens.count()).isEqualTo(1);
  }

  @Test
  void roleAndFinishReasonOfAChatAreNoTokens() throws Exception {
    TokenArrivals tokens = arrivals();
    Answer answer =
        complete(
            OpenAiApi.CHAT,
            (exchange, body) ->
                stream(
                    exchange,
                    List.of(
                        ": ping\n\n",
                        event(
                            "{\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                                + "\"finish_reason\":null}"),
                        event("{\"delta\":{\"content\":\"x\"},\"finish_reason\":null}"),
                        event("{\"delta\":{\"content\":\"\"},\"finish_reason\":null}"),
                        event("{\"delta\":{},\"finish_reason\":\"stop\"}"),
                        "data: [DONE]\n\n")),
            tokens);
    assertThat(tokens.count()).isEqualTo(2);
    assertThat(answer)
        .as("without usage, arrivals are counted")
        .isEqualTo(new Answer.Completed(2, 2));
  }

  private static String event(String choice) {
    return "data: {\"choices\":[" + choice + "]}\n\n";
  }

  @Test
  void busyServerRejects() throws Exception {
    assertThat(
            complete(
                OpenAiApi.COMPLETIONS, (exchange, body) -> answer(exchange, 429, "{}"), arrivals()))
        .isEqualTo(new Answer.Rejected());
  }

  @Test
  void errorsAreReportedWithTheMessageOfTheServer() throws Exception {
    assertThat(
            complete(
                OpenAiApi.COMPLETIONS,
                (exchange, body) ->
                    answer(exchange, 400, "{\"error\":{\"message\":\"top_q is unknown\"}}"),
                arrivals()))
        .isEqualTo(new Answer.Failed("status 400: top_q is unknown"));
    assertThat(
            complete(
                OpenAiApi.COMPLETIONS,
                (exchange, body) -> answer(exchange, 502, "<p>bad\ngateway"),
                arrivals()))
        .isEqualTo(new Answer.Failed("status 502: <p>bad gateway"));
    assertThat(
            complete(
                OpenAiApi.COMPLETIONS,
                (exchange, body) ->
                    stream(exchange, List.of("data: {\"error\":{\"message\":\"no pages\"}}\n\n")),
                arrivals()))
        .isEqualTo(new Answer.Failed("error in the stream: no pages"));
  }

  @Test
  void incompleteStreamFails() {
    assertThatThrownBy(
            () ->
                complete(
                    OpenAiApi.COMPLETIONS,
                    (exchange, body) -> stream(exchange, completion(2, "a", "b").subList(0, 2)),
                    arrivals()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("[DONE]");
  }

  @Test
  void endlessStreamFails() {
    assertThatThrownBy(
            () ->
                complete(
                    OpenAiApi.COMPLETIONS,
                    (exchange, body) ->
                        stream(exchange, completion(2, "abcdefghijklmnopqrstuvwxyz".split(""))),
                    arrivals()))
        .hasMessageContaining("at most 4 tokens");
  }

  @Test
  void stalledStreamFailsAtTheDeadline() throws Exception {
    CountDownLatch closing = new CountDownLatch(1);
    try (ScriptedServer server =
            new ScriptedServer(
                (exchange, body) -> {
                  stream(exchange, completion(2, "a", "b").subList(0, 1));
                  await(closing);
                });
        OpenAiClient client =
            new OpenAiClient(
                OpenAiApi.COMPLETIONS,
                new Target(server.baseUrl(), Optional.empty(), Duration.ofMillis(700)))) {
      assertThatThrownBy(() -> client.complete("m", REQUEST, arrivals()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("--request-timeout");
      closing.countDown();
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void requestOnAConnectionThatTheServerClosesIsSentAgain() throws Exception {
    String events = String.join("", completion(2, "a"));
    String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + events.length() + "\r\n\r\n" + events;
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        OpenAiClient client =
            new OpenAiClient(
                OpenAiApi.COMPLETIONS,
                new Target(
                    "http://127.0.0.1:" + server.getLocalPort(),
                    Optional.empty(),
                    Duration.ofSeconds(30)))) {
      Thread answers = Thread.ofVirtual().start(() -> answerOncePerConnection(server, answer));
      for (int i = 0; i < 2; i++) {
        assertThat(client.complete("m", REQUEST, arrivals())).isEqualTo(new Answer.Completed(2, 1));
      }
      answers.join();
    }
  }

  /** Answers the first request of two connections, and closes the first one at its second. */
  private static void answerOncePerConnection(ServerSocket server, String answer) {
    for (int i = 0; i < 2; i++) {
      try (Socket connection = server.accept()) {
        InputStream in = connection.getInputStream();
        readRequest(in);
        connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        if (i == 0) {
          readRequest(in);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Reads the headers and the body, which ends with the options of the stream. */
  private static void readRequest(InputStream in) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\"include_usage\":true}}") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the request must be complete, got " + request);
      }
      request.append((char) next);
    }
  }

  @Test
  void modelAndVocabularyAreThoseOfTheServer() throws Exception {
    assertThat(firstModel("{\"data\":[{\"id\":\"t\",\"vocab_size\":512}]}"))
        .isEqualTo(new ServedModel("t", OptionalInt.of(512)));
    assertThat(firstModel("{\"data\":[{\"id\":\"l\",\"meta\":{\"n_vocab\":32000}}]}"))
        .isEqualTo(new ServedModel("l", OptionalInt.of(32_000)));
    assertThat(firstModel("{\"data\":[{\"id\":\"v\"}]}"))
        .isEqualTo(new ServedModel("v", OptionalInt.empty()));
    assertThatThrownBy(() -> firstModel("{\"data\":[]}")).hasMessageContaining("must list a model");
  }

  private static ServedModel firstModel(String models) throws Exception {
    try (ScriptedServer server =
            new ScriptedServer((exchange, body) -> answer(exchange, 200, models));
        OpenAiClient client = new OpenAiClient(OpenAiApi.COMPLETIONS, target(server))) {
      return client.firstModel();
    }
  }
}
