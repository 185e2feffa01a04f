package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader stops reading while its request fills nearly the whole KV cache. */
@Timeout(180)
class StalledReaderTest {
  /** 128 completions of 4 pages. */
  private static final String LARGE =
      "{'prompt': [1, 9, 17], 'n': 128, 'max_tokens': 60, 'ignore_eos': true, 'seed': 5,"
          + " 'temperature': 1.3, 'logprobs': 12";

  /** 8 completions of 4 pages, which are as many as the large request leaves. */
  private static final String OTHER =
      "{'prompt': 'Hello', 'n': 8, 'max_tokens': 58, 'ignore_eos': true, 'seed': 7}";

  private static final Pattern PREEMPTIONS =
      Pattern.compile("troupe_num_preemptions_total\\{.*} ([0-9.]+)");

  @TempDir private static Path folder;

  /** What a client has of one completion. */
  private static final class Answer {
    private final StringBuilder text = new StringBuilder();
    private final List<JsonNode> logProbs = new ArrayList<>();

    void add(JsonNode choice) {
      text.append(choice.path("text").asText());
      for (String part : List.of("tokens", "token_logprobs", "top_logprobs")) {
        choice.path("logprobs").path(part).forEach(logProbs::add);
      }
    }

    String content() {
      return text + " " + logProbs.stream().map(JsonNode::toString).sorted().toList();
    }
  }

  private static List<String> answers(Iterable<JsonNode> choices) {
    TreeMap<Integer, Answer> answers = new TreeMap<>();
    for (JsonNode choice : choices) {
      answers.computeIfAbsent(choice.path("index").asInt(), _ -> new Answer()).add(choice);
    }
    return answers.values().stream().map(Answer::content).toList();
  }

  private static double numPreemptions(RunningEndpoint endpoint) {
    Matcher matcher = PREEMPTIONS.matcher(endpoint.get("/metrics").body());
    assertThat(matcher.find()).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  /** Sends a request and reads nothing, with a small window. */
  private static Socket stalledReader(RunningEndpoint endpoint) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress("127.0.0.1", endpoint.port()));
    String body = RunningEndpoint.quoted(LARGE + ", 'stream': true}");
    String request =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** The choices of a stream whose connection is closed at its end. */
  private static List<JsonNode> readChoices(Socket socket) throws IOException {
    List<JsonNode> choices = new ArrayList<>();
    String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String events = response.substring(response.indexOf("\r\n\r\n") + 4);
    String body = events.replaceAll("(^|\r\n)[0-9a-f]+\r\n", ""); // of the chunks
    List<String> data = RunningEndpoint.data(body.strip());
    assertThat(data.getLast()).isEqualTo("[DONE]");
    for (String event : data.subList(0, data.size() - 1)) {
      RunningEndpoint.read(event).path("choices").forEach(choices::add);
    }
    return choices;
  }

  @Test
  void othersAreServedFromItsPagesAndItGetsTheSameAnswerLater() throws Exception {
    try (RunningEndpoint endpoint =
        RunningEndpoint.start(folder, "load { max-cached-tokens = %d }".formatted(16 * 520))) {
      List<String> undisturbed =
          answers(endpoint.ask("/v1/completions", LARGE + "}").path("choices"));
      List<String> other = answers(endpoint.ask("/v1/completions", OTHER).path("choices"));
      double before = numPreemptions(endpoint);
      try (Socket stalled = stalledReader(endpoint)) {
        long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        do {
          assertThat(System.nanoTime()).isLessThan(deadlineNs);
          JsonNode answer = endpoint.ask("/v1/completions", OTHER);
          assertThat(answers(answer.path("choices"))).isEqualTo(other);
        } while (numPreemptions(endpoint) == before);
        for (int i = 0; i < 3; i++) {
          JsonNode answer = endpoint.ask("/v1/completions", OTHER);
          assertThat(answers(answer.path("choices"))).isEqualTo(other);
        }
        assertThat(endpoint.endpoint.numRequests()).as("the stalled one").isEqualTo(1);

        assertThat(answers(readChoices(stalled))).isEqualTo(undisturbed);
      }
      assertThat(numPreemptions(endpoint)).isGreaterThan(before);
    }
  }
}
