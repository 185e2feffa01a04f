package io.troupe.streams.flight;

import static io.troupe.streams.flight.TestServer.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.streams.flight.client.FlightCallException;
import io.troupe.streams.flight.client.FlightCompletions;
import io.troupe.streams.flight.client.FlightCompletions.End;
import io.troupe.streams.flight.client.FlightExchange;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client that counts tokens, on a real endpoint. */
@Timeout(120)
class FlightCompletionsTest {
  private static final String LONG =
      "{\"prompt\": [5, 6], \"max_tokens\": 60000, \"ignore_eos\": true, \"batch\": {\"tokens\":"
          + " 1}}";

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, "load { max-requests = 1 }");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static FlightCompletions client(String key, Duration timeout) {
    URI location = URI.create("grpc://127.0.0.1:" + server.port());
    return new FlightCompletions(location, Optional.of(key), timeout, 130);
  }

  private static FlightCompletions client() {
    return client("ann-has-a-long-key", Duration.ofSeconds(60));
  }

  @Test
  void tokensAreCountedAsTheyArrive() {
    try (FlightCompletions client = client()) {
      List<Integer> counts = new ArrayList<>();
      End end =
          client.stream(
              "{\"prompt\": [5, 6], \"max_tokens\": 7, \"ignore_eos\": true,"
                  + " \"batch\": {\"tokens\": 3}}",
              counts::add);
      assertThat(end).isEqualTo(new End.Completed());
      assertThat(counts.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
      assertThat(counts).allMatch(count -> count >= 1);
    }
  }

  /** The endpoint decodes one at a time, as its configuration says. */
  @Test
  void exchangeCarriesManyPrompts() throws Exception {
    try (FlightCompletions client = client();
        FlightExchange exchange =
            client.exchange(
                "{\"max_tokens\": 7, \"ignore_eos\": true, \"max_concurrent_prompts\": 1}");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int[] prompt = new int[i + 1];
        Arrays.fill(prompt, 5 + i);
        counts.add(threads.submit(() -> numTokens(exchange, prompt)));
      }
      for (Future<Integer> count : counts) {
        assertThat(count.get()).isEqualTo(7);
      }
    }
    server.awaitIdle();
  }

  /** Six periods are a minute. */
  @Test
  @Timeout(40)
  void endOfACompletionDoesNotWaitForThePeriod() throws Exception {
    assertCompletesInTurn("{\"milliseconds\": 10000}", 6);
  }

  /** A reader in a closed loop sends its next prompt after the end only. */
  @Test
  @Timeout(40)
  void rowsDoNotWaitForOthersWhenNoPromptIsLeft() throws Exception {
    assertCompletesInTurn("{\"tokens\": 4096}", 3);
  }

  /** The stream keeps fewer rows than the batch has. */
  @Test
  @Timeout(40)
  void batchIsSentWhenTheStreamHasNoRoomForMore() throws Exception {
    try (FlightCompletions client = client()) {
      AtomicInteger tokens = new AtomicInteger();
      End end =
          client.stream(
              "{\"prompt\": [5, 6], \"max_tokens\": 3000, \"ignore_eos\": true,"
                  + " \"batch\": {\"tokens\": 4096}}",
              tokens::addAndGet);
      assertThat(end).isEqualTo(new End.Completed());
      assertThat(tokens.get()).isEqualTo(3000);
    }
    server.awaitIdle();
  }

  /** Sends each prompt after the end of the completion before. */
  private static void assertCompletesInTurn(String batch, int numPrompts) throws Exception {
    try (FlightCompletions client = client();
        FlightExchange exchange =
            client.exchange(
                "{\"max_tokens\": 7, \"ignore_eos\": true, \"batch\": %s}".formatted(batch))) {
      for (int i = 0; i < numPrompts; i++) {
        assertThat(numTokens(exchange, new int[] {5, 6})).isEqualTo(7);
      }
    }
    server.awaitIdle();
  }

  private static int numTokens(FlightExchange exchange, int[] prompt) throws InterruptedException {
    AtomicInteger tokens = new AtomicInteger();
    assertThat(exchange.complete(prompt, tokens::addAndGet)).isEqualTo(new End.Completed());
    return tokens.get();
  }

  @Test
  void failedExchangeFailsItsPrompts() throws Exception {
    try (FlightCompletions client = client();
        FlightExchange exchange = client.exchange("{\"max_tokens\": 0}")) {
      for (int i = 0; i < 2; i++) {
        assertThat(exchange.complete(new int[] {5}, _ -> {}))
            .isInstanceOfSatisfying(
                End.Failed.class,
                end ->
                    assertThat(end.reason())
                        .startsWith("INVALID_ARGUMENT: ")
                        .contains("max_tokens"));
      }
    }
    server.awaitIdle();
  }

  @Test
  void modelsAreThoseOfTheEndpoint() throws FlightCallException {
    try (FlightCompletions client = client()) {
      assertThat(client.models()).contains("\"id\":\"small\"", "\"vocab_size\":");
    }
  }

  @Test
  void busyEndpointRejects() throws Exception {
    FlightClient other = server.connect();
    try (FlightStream running =
            other.getStream(ticket(other, LONG, TestServer.BOB), TestServer.BOB);
        FlightCompletions client = client()) {
      running.next();
      assertThat(client.stream(LONG, _ -> {})).isEqualTo(new End.Rejected());
    }
    server.awaitIdle();
  }

  @Test
  void failuresAreReportedWithTheirStatus() {
    try (FlightCompletions stranger = client("not-one-of-the-keys", Duration.ofSeconds(60))) {
      assertThat(stranger.stream(LONG, _ -> {}))
          .isInstanceOfSatisfying(
              End.Failed.class, end -> assertThat(end.reason()).startsWith("UNAUTHENTICATED: "));
      assertThatThrownBy(stranger::models)
          .isInstanceOf(FlightCallException.class)
          .hasMessageStartingWith("UNAUTHENTICATED: ");
    }
    try (FlightCompletions client = client()) {
      assertThat(client.stream("{\"promt\": \"x\"}", _ -> {}))
          .isInstanceOfSatisfying(
              End.Failed.class,
              end -> assertThat(end.reason()).startsWith("INVALID_ARGUMENT: ").contains("prompt"));
    }
  }

  @Test
  void callEndsAtItsTimeout() throws Exception {
    try (FlightCompletions client = client("ann-has-a-long-key", Duration.ofMillis(300))) {
      assertThat(client.stream(LONG, _ -> {}))
          .isInstanceOfSatisfying(
              End.Failed.class, end -> assertThat(end.reason()).startsWith("TIMED_OUT: "));
    }
    server.awaitIdle();
  }
}
