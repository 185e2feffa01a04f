package io.troupe.streams.flight;

import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.BOB;
import static io.troupe.streams.flight.TestServer.command;
import static io.troupe.streams.flight.TestServer.rows;
import static io.troupe.streams.flight.TestServer.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Ticket;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every error has its status and names its cause. */
@Timeout(120)
class RejectedCallsTest {
  private static final String LONG =
      "{\"prompt\": [5], \"max_tokens\": 16000, \"ignore_eos\": true}";

  @TempDir private static Path folder;
  private static TestServer server;
  private static FlightClient client;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, "load { max-requests = 2 }");
    client = server.connect();
  }

  @AfterAll
  static void close() throws Exception {
    server.close();
  }

  static void assertStatus(FlightStatusCode code, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class, e -> assertThat(e.status().code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\": [5], \"max_tokns\": 3} | max_tokns must be absent",
        "{\"prompt\": [5], \"temperature\": -1} | temperature must be",
        "{\"prompt\": [5], \"max_tokens\": 0} | max_tokens must be at least 1",
        "{\"prompt\": [5], \"n\": 1000} | n must be",
        "{\"prompt\": [61]} | prompt must be token ids in [0, 60]",
        "{\"prompt\": []} | prompt must be",
        "{\"prompt\": [[]]} | prompt must be",
        "{\"prompt\": {}} | prompt must be",
        "{\"prompt\": [\"a\", 5]} | prompt must be",
        "{} | prompt must be",
        "{\"prompt\": \"a\", \"messages\": []} | prompt must be",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]} | chat template",
        "{\"prompt\": [5], \"model\": \"other\"} | model must be small, got other",
        "{\"prompt\": [5], \"batch\": {\"tokens\": 0}} | batch.tokens must be",
        "{\"prompt\": [5], \"batch\": {}} | batch must be",
        "{\"prompt\": [5], \"batch\": {\"tokens\": 1, \"milliseconds\": 1}} | batch must be",
        "{\"prompt\": [5], \"batch\": {\"rows\": 1}} | batch.rows must be absent",
        "[] | JSON object",
        "{ | JSON object",
      })
  void wrongCommandsAreInvalidArguments(String json, String message) {
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT, message, () -> client.getInfo(command(json), ANN));
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT, message, () -> client.pollInfo(command(json), ANN));
  }

  @Test
  void aPathIsNoCommand() {
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT,
        "the descriptor must be a command",
        () -> client.getInfo(FlightDescriptor.path("a"), ANN));
  }

  @Test
  void aPromptLongerThanTheContextIsAnInvalidArgument() {
    String json = "{\"prompt\": [%s], \"max_tokens\": 1}".formatted("5,".repeat(16_400) + "5");
    assertStatus(FlightStatusCode.INVALID_ARGUMENT, "16", () -> rows(server.connect(), json, ANN));
  }

  @Test
  void callsWithoutAKeyAreUnauthenticated() {
    FlightCallHeaders headers = new FlightCallHeaders();
    headers.insert("authorization", "Bearer nobody-has-this-key");
    CallOption wrong = new HeaderCallOption(headers);
    FlightDescriptor valid = command("{\"prompt\": [5]}");
    assertStatus(FlightStatusCode.UNAUTHENTICATED, "API key", () -> client.getInfo(valid));
    assertStatus(FlightStatusCode.UNAUTHENTICATED, "API key", () -> client.getInfo(valid, wrong));
    assertStatus(
        FlightStatusCode.UNAUTHENTICATED, "API key", () -> client.listActions().forEach(a -> {}));
    Ticket ticket = ticket(client, "{\"prompt\": [5]}", ANN);
    assertStatus(
        FlightStatusCode.UNAUTHENTICATED,
        "API key",
        () -> {
          try (FlightStream stream = client.getStream(ticket)) {
            stream.next();
          }
        });
  }

  @Test
  void ticketsOfOthersAndForgedOnesAreRefused() {
    Ticket ticket = ticket(client, "{\"prompt\": [5]}", ANN);
    assertStatus(FlightStatusCode.UNAUTHORIZED, "issued to you", () -> read(ticket, BOB));
    byte[] forged = ticket.getBytes().clone();
    forged[forged.length - 40] ^= 1; // the command
    assertStatus(
        FlightStatusCode.UNAUTHORIZED, "issued to you", () -> read(new Ticket(forged), ANN));
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT,
        "the ticket must have",
        () -> read(new Ticket("ticket".getBytes(StandardCharsets.UTF_8)), ANN));
  }

  @Test
  void expiredTicketsAreRefused() throws Exception {
    Ticket ticket = ticket(client, "{\"prompt\": [5]}", ANN);
    server.advance(Duration.ofMinutes(9));
    assertThat(read(ticket, ANN)).isNotEmpty();
    server.awaitIdle();
    server.advance(Duration.ofMinutes(2));
    assertStatus(FlightStatusCode.INVALID_ARGUMENT, "must be used before", () -> read(ticket, ANN));
  }

  private static List<Row> read(Ticket ticket, CallOption key) throws Exception {
    try (FlightStream stream = client.getStream(ticket, key)) {
      return Row.readAll(stream);
    }
  }

  @Test
  void aTicketHasOneReaderAtATime() throws Exception {
    Ticket ticket = ticket(client, LONG, ANN);
    try (FlightStream stream = client.getStream(ticket, ANN)) {
      stream.next();
      assertStatus(FlightStatusCode.ALREADY_EXISTS, "one client", () -> read(ticket, ANN));
    }
    server.awaitIdle();
  }

  @Test
  void aBusyEndpointRefusesRequests() throws Exception {
    try (FlightStream first = client.getStream(ticket(client, LONG, ANN), ANN);
        FlightStream second = client.getStream(ticket(client, LONG, BOB), BOB)) {
      first.next();
      second.next();
      Ticket third = ticket(client, LONG, ANN);
      assertThatThrownBy(() -> read(third, ANN))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> {
                assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
                assertThat(e.status().metadata().get("retry-after")).isEqualTo("1");
              })
          .hasMessageContaining("max-requests=2");
    }
    server.awaitIdle();
  }

  @Test
  void aStartingAndAStoppingEndpointAreUnavailable(@TempDir Path other) throws Exception {
    try (TestServer starting = TestServer.starting(other)) {
      FlightClient early = starting.connect();
      assertStatus(
          FlightStatusCode.UNAVAILABLE, "starting", () -> rows(early, "{\"prompt\": [5]}", ANN));
      assertThat(health(early)).contains("\"starting\"");
      starting.endpoint().warmUp();
      assertThat(rows(early, "{\"prompt\": [5], \"max_tokens\": 2}", ANN)).isNotEmpty();
      starting.awaitIdle();
      assertThat(starting.endpoint().drain()).isTrue();
      assertStatus(
          FlightStatusCode.UNAVAILABLE, "stopping", () -> rows(early, "{\"prompt\": [5]}", ANN));
      assertThat(health(early)).contains("\"draining\"");
    }
  }

  private static String health(FlightClient connection) {
    byte[] body = connection.doAction(new Action("health"), ANN).next().getBody();
    return new String(body, StandardCharsets.UTF_8);
  }

  @Test
  void requestsPastTheirDeadlineTimeOut(@TempDir Path other) throws Exception {
    try (TestServer hasty = TestServer.start(other, "timeouts { request-timeout = 300ms }")) {
      FlightClient connection = hasty.connect();
      assertStatus(
          FlightStatusCode.TIMED_OUT, "request-timeout=0.3", () -> rows(connection, LONG, ANN));
      hasty.awaitIdle();
    }
  }
}
