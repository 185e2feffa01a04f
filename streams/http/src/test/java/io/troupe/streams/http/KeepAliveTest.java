package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Scope;
import io.troupe.serving.endpoint.Generation;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Comments keep the connection of a stream alive that has no token to send. */
@Timeout(120)
class KeepAliveTest {
  private static final String PING = ": ping";

  @TempDir private Path folder;

  private RunningEndpoint start() throws InterruptedException {
    Path model = RunningEndpoint.model(folder);
    RunningEndpoint endpoint =
        RunningEndpoint.startCold(
            model,
            "weights-root = \"" + folder + "\"",
            ApiKeys.none(Set.of(Scope.values())),
            InstantSource.system(),
            Duration.ofMillis(20));
    endpoint.endpoint.warmUp();
    return endpoint;
  }

  private static Iterator<String> lines(HttpClient client, RunningEndpoint endpoint)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint.uri("/v1/completions"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"prompt\": \"Hello\", \"max_tokens\": 2, \"stream\": true}"))
            .build();
    Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body();
    return lines.filter(line -> !line.isEmpty()).iterator();
  }

  @Test
  void aStreamWithoutTokensSendsCommentsUntilTheyCome() throws Exception {
    try (RunningEndpoint endpoint = start();
        HttpClient client = HttpClient.newHttpClient();
        Generation stalled = endpoint.stalled()) {
      var update = endpoint.endpoint.weights().update(Path.of("tiny"), RunningRequests.WAIT);
      Iterator<String> lines = lines(client, endpoint);
      String first = lines.next();
      while (!first.equals(PING)) { // the decoder does not know of the update yet
        lines.forEachRemaining(line -> {});
        lines = lines(client, endpoint);
        first = lines.next();
      }
      for (int i = 0; i < 3; i++) {
        assertThat(lines.next()).isEqualTo(PING);
      }
      stalled.cancel("the test"); // the update goes on, and the request behind it
      String last = PING;
      while (lines.hasNext()) {
        last = lines.next();
      }
      assertThat(last).isEqualTo("data: [DONE]");
      update.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }
}
