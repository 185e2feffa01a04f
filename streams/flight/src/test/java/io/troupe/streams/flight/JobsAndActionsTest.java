package io.troupe.streams.flight;

import static io.troupe.streams.flight.RejectedCallsTest.assertStatus;
import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.BOB;
import static io.troupe.streams.flight.TestServer.OPS;
import static io.troupe.streams.flight.TestServer.command;
import static io.troupe.streams.flight.TestServer.rows;
import static io.troupe.streams.flight.TestServer.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.serving.weights.OtherWeights;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.Ticket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PollFlightInfo, ListFlights and DoAction over real connections. */
@Timeout(120)
class JobsAndActionsTest {
  private static final String LONG =
      "{\"prompt\": [5], \"max_tokens\": 16000, \"ignore_eos\": true}";

  @TempDir private static Path folder;
  private static TestServer server;
  private static FlightClient client;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, "");
    client = server.connect();
  }

  @AfterAll
  static void close() throws Exception {
    server.close();
  }

  private static String run(String action, String body, CallOption key) {
    StringBuilder result = new StringBuilder();
    client
        .doAction(new Action(action, body.getBytes(StandardCharsets.UTF_8)), key)
        .forEachRemaining(r -> result.append(new String(r.getBody(), StandardCharsets.UTF_8)));
    return result.toString();
  }

  private static Ticket ticketOf(FlightInfo info) {
    return info.getEndpoints().getFirst().getTicket();
  }

  private static List<Row> read(Ticket ticket, CallOption key) throws Exception {
    try (FlightStream stream = client.getStream(ticket, key)) {
      return Row.readAll(stream);
    }
  }

  @Test
  void aJobReportsItsProgressAndKeepsItsRows() throws Exception {
    String json = "{\"prompt\": [5, 6], \"max_tokens\": 300, \"seed\": 4, \"ignore_eos\": true}";
    PollInfo poll = client.pollInfo(command(json), ANN);
    Ticket ticket = ticketOf(poll.getFlightInfo());
    List<Row> live = read(ticket, ANN); // while the job runs, perhaps
    List<Double> progress = new ArrayList<>();
    progress.add(poll.getProgress().orElseThrow());
    while (poll.getFlightDescriptor().isPresent()) {
      poll = client.pollInfo(poll.getFlightDescriptor().get(), ANN);
      progress.add(poll.getProgress().orElseThrow());
    }
    assertThat(progress).isSorted().allMatch(p -> p >= 0 && p <= 1);
    assertThat(progress.getLast()).isEqualTo(1);
    assertThat(poll.getExpirationTime()).isPresent();
    assertThat(live).isEqualTo(rows(client, json, ANN));
    assertThat(read(ticket, ANN)).isEqualTo(live);
    assertStatus(FlightStatusCode.UNAUTHORIZED, "issued to you", () -> read(ticket, BOB));
  }

  @Test
  void listFlightsHasTheJobsOfTheCaller() throws Exception {
    PollInfo poll = client.pollInfo(command("{\"prompt\": [5], \"max_tokens\": 3}"), OPS);
    List<FlightInfo> own = new ArrayList<>();
    client.listFlights(Criteria.ALL, OPS).forEach(own::add);
    assertThat(own).hasSize(1);
    assertThat(own.getFirst().getAppMetadata()).isEqualTo(poll.getFlightInfo().getAppMetadata());
    assertThat(read(ticketOf(own.getFirst()), OPS)).isNotEmpty();
    assertThat(client.pollInfo(own.getFirst().getDescriptor(), OPS).getProgress()).contains(1.0);
    assertThat(client.listFlights(Criteria.ALL, BOB)).isEmpty();
  }

  @Test
  void theNumberOfTokensThatJobsKeepIsLimited() {
    String json = "{\"prompt\": [5], \"n\": 33, \"max_tokens\": 16000, \"ignore_eos\": true}";
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT,
        "max_tokens must be at most 524288",
        () -> client.pollInfo(command(json), ANN));
    String four = LONG.replace("{", "{\"n\": 4, ");
    List<PollInfo> jobs = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      jobs.add(client.pollInfo(command(four), BOB));
    }
    assertStatus(
        FlightStatusCode.RESOURCE_EXHAUSTED,
        "at most 524288 tokens",
        () -> client.pollInfo(command(four), BOB));
    jobs.forEach(JobsAndActionsTest::cancel);
    assertThat(client.listFlights(Criteria.ALL, BOB)).isEmpty();
  }

  private static void cancel(PollInfo job) {
    assertThat(
            client
                .cancelFlightInfo(new CancelFlightInfoRequest(job.getFlightInfo()), BOB)
                .getStatus())
        .isEqualTo(CancelStatus.CANCELLED);
    assertStatus(
        FlightStatusCode.NOT_FOUND,
        "the job must exist",
        () -> client.pollInfo(job.getFlightDescriptor().orElseThrow(), BOB));
  }

  @Test
  void anExpiredJobIsRefused(@TempDir Path other) throws Exception {
    try (TestServer aging = TestServer.start(other, "")) {
      FlightClient connection = aging.connect();
      PollInfo poll = connection.pollInfo(command(LONG), ANN);
      aging.advance(Duration.ofMinutes(11));
      assertStatus(
          FlightStatusCode.INVALID_ARGUMENT,
          "must be used before",
          () -> connection.pollInfo(poll.getFlightDescriptor().orElseThrow(), ANN));
    }
  }

  @Test
  void everyActionIsListed() {
    List<String> names = new ArrayList<>();
    client.listActions(ANN).forEach((ActionType type) -> names.add(type.getType()));
    assertThat(names).containsExactly("models", "health", "cancel", "weights", "CancelFlightInfo");
    assertStatus(FlightStatusCode.UNIMPLEMENTED, "models, health", () -> run("restart", "", ANN));
  }

  @Test
  void modelsAndHealthAreActions() {
    String model = server.endpoint().model().weights().checksum();
    assertThat(run("models", "", ANN))
        .contains("\"id\":\"small\"", "\"max_model_len\":16384", model);
    assertThat(run("health", "", ANN)).contains("\"status\":\"ready\"");
  }

  @Test
  void itsOwnerCancelsAStream() throws Exception {
    FlightInfo info = client.getInfo(command(LONG), ANN);
    try (FlightStream stream = client.getStream(ticketOf(info), ANN)) {
      assertThat(stream.next()).isTrue();
      assertStatus(
          FlightStatusCode.UNAUTHORIZED,
          "issued to you",
          () -> client.cancelFlightInfo(new CancelFlightInfoRequest(info), BOB));
      assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info), ANN).getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      assertStatus(FlightStatusCode.CANCELLED, "action 'cancel'", () -> Row.readAll(stream));
    }
    TestServer.await("no stream", () -> server.flight().numRunning() == 0);
    assertStatus(
        FlightStatusCode.NOT_FOUND,
        "a running one of yours",
        () -> client.cancelFlightInfo(new CancelFlightInfoRequest(info), ANN));
  }

  @Test
  void wrongBodiesAreInvalidArguments() {
    for (String body : List.of("", "{}", "{\"request_id\": \"x\"}", "{\"id\": 1}", "\u0000")) {
      assertStatus(FlightStatusCode.INVALID_ARGUMENT, "", () -> run("cancel", body, ANN));
      assertStatus(FlightStatusCode.INVALID_ARGUMENT, "", () -> run("weights", body, OPS));
    }
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT, "the body", () -> run("CancelFlightInfo", "{}", ANN));
  }

  @Test
  void weightsNeedTheirScopeAndADirectoryInsideTheRoot(@TempDir Path other) throws Exception {
    TestServer.writeModel(other.resolve("root/first"));
    Path next = other.resolve("root/next");
    TestServer.writeModel(next);
    OtherWeights.write(next);
    Files.createDirectories(other.resolve("root/empty"));
    try (TestServer changing = TestServer.start(other, "")) {
      FlightClient connection = changing.connect();
      Action update = weights("{\"directory\": \"next\", \"mode\": \"keep\"}");
      assertStatus(
          FlightStatusCode.UNAUTHORIZED,
          "the scope weights",
          () -> connection.doAction(update, ANN).forEachRemaining(r -> {}));
      for (String wrong : List.of("empty", "absent", "..", "/etc")) {
        Action refused = weights("{\"directory\": \"%s\"}".formatted(wrong));
        assertStatus(
            FlightStatusCode.INVALID_ARGUMENT,
            "",
            () -> connection.doAction(refused, OPS).forEachRemaining(r -> {}));
      }
      assertThat(changing.endpoint().model().weights().version()).isZero();
      Ticket before = ticket(connection, "{\"prompt\": [5], \"max_tokens\": 2}", ANN);
      byte[] result = connection.doAction(update, OPS).next().getBody();
      String checksum = changing.endpoint().model().weights().checksum();
      assertThat(new String(result, StandardCharsets.UTF_8))
          .isEqualTo("{\"version\":1,\"checksum\":\"%s\"}".formatted(checksum));
      try (FlightStream stream = connection.getStream(before, ANN)) {
        assertThat(stream.getSchema().getCustomMetadata())
            .containsEntry("policy_version", "1")
            .containsEntry("checksum", checksum);
        assertThat(Row.tokens(Row.readAll(stream))).allMatch(row -> row.policyVersion() == 1);
      }
    }
  }

  private static Action weights(String body) {
    return new Action("weights", body.getBytes(StandardCharsets.UTF_8));
  }
}
