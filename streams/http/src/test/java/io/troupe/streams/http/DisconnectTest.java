package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that leave, do not read, or send half a request, over raw sockets. */
@Timeout(120)
class DisconnectTest {
  @TempDir private static Path folder;
  private static RunningEndpoint endpoint;

  @BeforeAll
  static void start() throws InterruptedException {
    endpoint =
        RunningEndpoint.start(folder, "network { idle-timeout = 1 s, max-connections = 40 }");
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  /** Sends a request that takes long: many completions of many prompts. */
  private static Socket longRequest(boolean isStream) throws IOException {
    StringBuilder prompts = new StringBuilder("[1]");
    for (int i = 0; i < 99; i++) {
      prompts.append(",[1, ").append(i % 60).append("]");
    }
    return request(
        "/v1/completions",
        "{\"prompt\": [%s], \"n\": 16, \"max_tokens\": 60, \"ignore_eos\": true, \"stream\": %s}"
            .formatted(prompts, isStream));
  }

  private static Socket request(String path, String body) throws IOException {
    Socket socket = new Socket("127.0.0.1", endpoint.port());
    String head =
        "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, body.length());
    socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadlineNs = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadlineNs);
      Thread.sleep(1);
    }
  }

  private static void awaitRequests(int number) throws InterruptedException {
    await(() -> endpoint.endpoint.numRequests() == number);
  }

  @Test
  void clientThatLeavesAStreamFreesItsSlot() throws Exception {
    try (Socket socket = longRequest(true)) {
      assertThat(reader(socket).readLine()).contains("200");
      awaitRequests(1);
    }
    awaitRequests(0);
  }

  @Test
  void clientThatLeavesBeforeItsResponseFreesItsSlot() throws Exception {
    try (Socket _ = longRequest(false)) {
      awaitRequests(1);
    }
    awaitRequests(0);
  }

  @Test
  void connectionThatIsResetFreesItsSlot() throws Exception {
    for (boolean isStream : new boolean[] {true, false}) {
      try (Socket socket = longRequest(isStream)) {
        awaitRequests(1);
        socket.setSoLinger(true, 0);
      }
      awaitRequests(0);
    }
  }

  @Test
  void manyClientsThatLeaveAtRandomLeaveNothingBehind() throws Exception {
    Random random = new Random(11);
    for (int round = 0; round < 20; round++) {
      List<Socket> sockets = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        sockets.add(longRequest(random.nextBoolean()));
      }
      for (Socket socket : sockets) {
        if (random.nextBoolean()) {
          socket.setSoLinger(true, 0);
        }
        if (random.nextInt(4) == 0) {
          Thread.sleep(random.nextInt(5));
        }
        socket.close();
      }
    }
    awaitRequests(0);
    await(() -> endpoint.http.numConnections() == 0);
  }

  @Test
  void requestThatDoesNotArriveIsClosed() throws Exception {
    try (Socket silent = new Socket("127.0.0.1", endpoint.port());
        Socket half = new Socket("127.0.0.1", endpoint.port());
        Socket withoutBody = new Socket("127.0.0.1", endpoint.port())) {
      half.getOutputStream()
          .write("POST /v1/completions HTTP/1.1\r\nHo".getBytes(StandardCharsets.US_ASCII));
      withoutBody
          .getOutputStream()
          .write(
              ("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 100\r\n\r\n{")
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
      assertThat(half.getInputStream().read()).isEqualTo(-1);
      assertThat(reader(withoutBody).readLine()).contains("408");
    }
  }

  @Test
  void tooManyConnectionsAreRefused() throws Exception {
    await(() -> endpoint.http.numConnections() == 0);
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      sockets.add(new Socket("127.0.0.1", endpoint.port()));
    }
    await(() -> endpoint.http.numConnections() == 40);
    try (Socket refused = new Socket("127.0.0.1", endpoint.port())) {
      assertThat(refused.getInputStream().read()).isEqualTo(-1);
    }
    for (Socket socket : sockets) {
      socket.close();
    }
    await(() -> endpoint.http.numConnections() == 0);
    assertThat(endpoint.get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void bytesThatAreNotHttpAreAnswered() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
      socket
          .getOutputStream()
          .write("THESE BYTES ARE NO REQUEST OF HTTP\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      BufferedReader reader = reader(socket);
      assertThat(reader.readLine()).contains("501");
      assertThat(reader.lines().reduce("", String::concat)).contains("invalid_request_error");
    }
    try (Socket socket = new Socket("127.0.0.1", endpoint.port())) {
      String head = "GET /health HTTP/1.1\r\nHost: x\r\nX: " + "y".repeat(10_000) + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      assertThat(reader(socket).readLine()).contains("431");
    }
  }
}
