package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams on the wire, over raw sockets: framing, errors in the middle, readers that stop. */
@Timeout(120)
class StreamTest {
  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws InterruptedException {
    endpoint =
        RunningEndpoint.start(
            folder, "timeouts { request-timeout = 4 s }, network { idle-timeout = 20 s }");
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  private static void send(Socket socket, String body) throws IOException {
    String head =
        "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(body.length());
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The text of a chunked response up to its end. */
  private static String body(BufferedReader reader) throws IOException {
    StringBuilder body = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(reader.readLine().strip(), 16);
      for (int i = 0; i < size; i++) {
        body.append((char) reader.read());
      }
      assertThat(reader.readLine()).isEmpty();
      if (size == 0) {
        return body.toString();
      }
    }
  }

  private static List<String> head(BufferedReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); !line.isEmpty(); line = reader.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  @Test
  void streamIsChunkedAndTheConnectionStaysOpen() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
      BufferedReader reader = reader(socket);
      for (int i = 0; i < 3; i++) {
        send(socket, "{\"prompt\": \"Hello\", \"max_tokens\": 5, \"stream\": true}");
        assertThat(head(reader))
            .contains(
                "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Cache-Control: no-cache")
            .contains("Transfer-Encoding: chunked");
        List<String> data = RunningEndpoint.data(body(reader));
        assertThat(data.getLast()).isEqualTo("[DONE]");
        assertThat(RunningEndpoint.read(data.getFirst()).path("choices")).hasSize(1);
      }
    }
  }

  /** Reads nothing, with a small window, while its request of many tokens is decoded. */
  private static Socket stalledReader() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress("127.0.0.1", endpoint.port()));
    StringBuilder prompts = new StringBuilder("[1]");
    for (int i = 0; i < 19; i++) {
      prompts.append(", [1, ").append(3 + i % 57).append("]");
    }
    send(
        socket,
        "{\"prompt\": [%s], \"n\": 8, \"max_tokens\": 60, \"ignore_eos\": true, \"logprobs\": 5, \"stream\": true}"
            .formatted(prompts));
    return socket;
  }

  @Test
  void stalledReaderStopsAtItsDeadlineAndGetsTheError() throws Exception {
    try (Socket stalled = stalledReader()) {
      long deadlineNs = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (endpoint.endpoint.numRequests() == 0) { // not admitted yet
        assertThat(System.nanoTime()).isLessThan(deadlineNs);
        Thread.onSpinWait();
      }
      do {
        assertThat(System.nanoTime()).isLessThan(deadlineNs);
        JsonNode other = endpoint.ask("/v1/completions", "{'prompt': 'Hello', 'max_tokens': 4}");
        assertThat(other.path("choices")).hasSize(1); // others are served meanwhile
      } while (endpoint.endpoint.numRequests() > 0);
      BufferedReader reader = reader(stalled);
      assertThat(head(reader).getFirst()).contains("200");
      List<String> data = RunningEndpoint.data(body(reader));
      assertThat(data.getLast()).isEqualTo("[DONE]");
      JsonNode error = RunningEndpoint.read(data.get(data.size() - 2)).path("error");
      assertThat(error.path("code").asText()).isEqualTo("timeout");
      assertThat(error.path("message").asText()).contains("request-timeout");
    }
  }

  @Test
  void deadlineOfAWholeResponseIsAGatewayTimeout() {
    StringBuilder prompts = new StringBuilder("[1]");
    for (int i = 0; i < 255; i++) {
      prompts.append(", [1, ").append(3 + i % 57).append("]");
    }
    JsonNode error =
        endpoint.refuse(
            504,
            "/v1/completions",
            "{'prompt': [" + prompts + "], 'n': 128, 'max_tokens': 60, 'ignore_eos': true}");
    assertThat(error.path("type").asText()).isEqualTo("timeout_error");
  }

  @Test
  void headIsAnsweredWithoutBody() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
      socket
          .getOutputStream()
          .write(
              "HEAD /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader reader = reader(socket);
      assertThat(head(reader).getFirst()).contains("200");
      assertThat(reader.readLine()).isNull();
    }
  }
}
