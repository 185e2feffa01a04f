package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.serving.access.ApiKeys;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of a server: open responses end first, within a time. */
@Timeout(120)
class StopTest {
  @TempDir private Path folder;

  private static String longRequest(int n) {
    return "{\"prompt\": [[1], [1, 3], [1, 4], [1, 5]], \"n\": %d, \"max_tokens\": 60, \"ignore_eos\": true, \"stream\": true}"
        .formatted(n);
  }

  @Test
  void openResponsesEndFirst() throws Exception {
    try (RunningEndpoint endpoint = RunningEndpoint.start(folder, "")) {
      Socket idle = new Socket("127.0.0.1", endpoint.port());
      CompletableFuture<HttpResponse<String>> response =
          CompletableFuture.supplyAsync(() -> endpoint.post("/v1/completions", longRequest(16)));
      while (endpoint.endpoint.numRequests() == 0) {
        Thread.onSpinWait();
      }
      endpoint.http.stop(Duration.ofSeconds(60));
      assertThat(RunningEndpoint.data(response.get().body()).getLast()).isEqualTo("[DONE]");
      assertThat(idle.getInputStream().read()).isEqualTo(-1);
      idle.close();
      assertThatThrownBy(() -> new Socket("127.0.0.1", endpoint.port()))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void responsesAreCutOffAtTheDeadline() throws Exception {
    try (RunningEndpoint endpoint = RunningEndpoint.start(folder, "")) {
      Socket socket = new Socket("127.0.0.1", endpoint.port());
      String body = longRequest(128);
      String head =
          "POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
              .formatted(body.length());
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
      while (endpoint.endpoint.numRequests() == 0) {
        Thread.onSpinWait();
      }
      endpoint.http.stop(Duration.ofMillis(1));
      while (endpoint.endpoint.numRequests() > 0) {
        Thread.onSpinWait();
      }
      try {
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(answer).doesNotContain("[DONE]");
      } catch (IOException e) {
        assertThat(e.getMessage()).contains("reset");
      }
      socket.close();
    }
  }

  @Test
  void portInUseIsAnErrorThatNamesIt() throws Exception {
    try (ServerSocket used = new ServerSocket(0)) {
      String settings = "network.port = " + used.getLocalPort();
      assertThatThrownBy(
              () ->
                  RunningEndpoint.startCold(
                      RunningEndpoint.model(folder), settings, ApiKeys.none(Set.of())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("host and port must be")
          .hasMessageContaining(String.valueOf(used.getLocalPort()));
    }
  }
}
