package io.troupe.streams.flight;

import static io.troupe.streams.flight.RejectedCallsTest.assertStatus;
import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.command;
import static io.troupe.streams.flight.TestServer.rows;
import static io.troupe.streams.flight.TestServer.ticket;
import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.LogProbs;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.serving.request.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** GetFlightInfo, GetSchema and DoGet over real connections. */
@Timeout(120)
class TokenStreamsTest {
  @TempDir private static Path folder;
  private static TestServer server;
  private static FlightClient client;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, "");
    client = server.connect();
  }

  @AfterEach
  void nothingRemains() throws Exception {
    server.awaitIdle();
  }

  @AfterAll
  static void close() throws Exception {
    server.close();
  }

  private static Completion decoded(int[] prompt, GenerationConfig config) throws Exception {
    GenerationRequest request =
        new GenerationRequest(
            "r",
            "test",
            List.of(new Prompt(0, "", prompt, Map.of())),
            config,
            Events.COMPLETIONS,
            SpecialTokenText.HIDDEN,
            LogProbs.NONE);
    try (Generation generation = server.endpoint().submit(request)) {
      var event = generation.next().toCompletableFuture().get(60, TimeUnit.SECONDS);
      return ((GenerationEvent.Completed) event.orElseThrow())
          .result()
          .group()
          .completions()
          .getFirst();
    }
  }

  @Test
  void rowsAreTheTokensOfTheDecoder() throws Exception {
    Completion expected =
        decoded(
            new int[] {5, 9, 17},
            GenerationConfig.sampling(12, 0.7).withSeed(42).withEosTokenIds(Set.of()));
    List<Row> rows =
        rows(
            client,
            """
            {"prompt": [5, 9, 17], "max_tokens": 12, "temperature": 0.7, "seed": 42,
             "top_k": -1, "top_p": 1, "ignore_eos": true}
            """,
            ANN);
    assertThat(rows).hasSize(13);
    for (int i = 0; i < 12; i++) {
      Row row = rows.get(i);
      assertThat(row.request()).isZero();
      assertThat(row.sample()).isZero();
      assertThat(row.position()).isEqualTo(i);
      assertThat(row.tokenId()).isEqualTo(expected.tokenIds()[i]);
      assertThat(row.logProb()).isEqualTo(expected.logProbs()[i]);
      assertThat(row.policyVersion()).isEqualTo(expected.policyVersions()[i]);
      assertThat(row.finishReason()).isNull();
    }
    assertThat(rows.getLast()).isEqualTo(new Row(0, 0, 12, null, null, null, null, "length"));
    assertThat(rows.stream().limit(12).map(Row::text).collect(Collectors.joining()))
        .isEqualTo(expected.text());
  }

  @Test
  void promptsAndSamplesAreRowsOfOneStream() throws Exception {
    List<Row> rows =
        rows(
            client,
            """
            {"prompt": ["Ab", "cD"], "n": 3, "max_tokens": 5, "seed": 7, "ignore_eos": true}
            """,
            ANN);
    for (int request = 0; request < 2; request++) {
      for (int sample = 0; sample < 3; sample++) {
        int r = request;
        int s = sample;
        List<Row> own = rows.stream().filter(x -> x.request() == r && x.sample() == s).toList();
        assertThat(own).map(Row::position).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(own.getLast().finishReason()).isEqualTo("length");
        assertThat(own.subList(0, 5)).allMatch(row -> row.tokenId() != null);
      }
    }
    assertThat(rows).hasSize(36);
  }

  @Test
  void aCompletionEndsWithItsLastTokenAlsoIfOthersGoOn() throws Exception {
    List<Row> rows =
        rows(
            client,
            """
            {"prompt": [5], "n": 8, "max_tokens": 40, "seed": 7, "ignore_eos": true,
             "stop_token_ids": [5, 9, 20, 31, 44]}
            """,
            ANN);
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).finishReason() != null) {
        assertThat(rows.get(i - 1).sample()).isEqualTo(rows.get(i).sample());
        assertThat(rows.get(i - 1).position()).isEqualTo(rows.get(i).position() - 1);
      }
    }
    List<Row> ends = rows.stream().filter(row -> row.finishReason() != null).toList();
    assertThat(ends).hasSize(8);
    assertThat(ends.getFirst().position()).isLessThan(ends.getLast().position());
  }

  @Test
  void aBeamSearchHasItsTextInTheLastRow() throws Exception {
    Completion expected =
        decoded(
            new int[] {5, 9},
            GenerationConfig.beams(6, 2).withNumReturnSequences(2).withEosTokenIds(Set.of()));
    List<Row> rows =
        rows(
            client,
            """
            {"prompt": [5, 9], "n": 2, "use_beam_search": true, "max_tokens": 6,
             "ignore_eos": true}
            """,
            ANN);
    List<Row> best = rows.stream().filter(row -> row.sample() == 0).toList();
    assertThat(Row.tokenIds(best))
        .containsExactlyElementsOf(IntStream.of(expected.tokenIds()).boxed().toList());
    assertThat(best.getLast().text()).isEqualTo(expected.text());
    assertThat(rows).hasSize(14);
  }

  @RepeatedTest(20) // also when the client can take rows before a batch is complete
  void batchesHaveTheRequestedNumberOfTokens() throws Exception {
    String json =
        """
        {"prompt": [5], "max_tokens": 21, "ignore_eos": true, "seed": 1, "batch": {"tokens": 8}}
        """;
    List<Integer> sizes = new ArrayList<>();
    List<Row> all = new ArrayList<>();
    try (FlightStream stream = client.getStream(ticket(client, json, ANN), ANN)) {
      while (stream.next()) {
        sizes.add(stream.getRoot().getRowCount());
        all.addAll(Row.of(stream.getRoot()));
      }
    }
    assertThat(sizes.subList(0, sizes.size() - 1)).allMatch(size -> size >= 8);
    assertThat(all).hasSize(22);
  }

  @Test
  void theSchemaNamesTheModelAndItsWeights() throws Exception {
    FlightInfo info = client.getInfo(command("{\"prompt\": [5], \"max_tokens\": 1}"), ANN);
    assertThat(info.getSchemaOptional().orElseThrow().getFields())
        .map(Field::getName)
        .containsExactly(
            "request",
            "sample",
            "position",
            "token_id",
            "text",
            "log_prob",
            "policy_version",
            "finish_reason");
    assertThat(client.getSchema(command("{}"), ANN).getSchema().getFields())
        .isEqualTo(info.getSchemaOptional().orElseThrow().getFields());
    try (FlightStream stream = client.getStream(info.getEndpoints().getFirst().getTicket(), ANN)) {
      assertThat(stream.getSchema().getFields())
          .isEqualTo(info.getSchemaOptional().orElseThrow().getFields());
      Map<String, String> metadata = stream.getSchema().getCustomMetadata();
      assertThat(metadata)
          .containsEntry("model", "small")
          .containsEntry("policy_version", "0")
          .containsEntry("checksum", server.endpoint().model().weights().checksum());
      assertThat(new String(info.getAppMetadata(), StandardCharsets.UTF_8))
          .contains(metadata.get("request_id"));
      assertThat(Row.readAll(stream)).hasSize(2);
    }
  }

  @Test
  void theMostLikelyTokensAreListsOnRequest() throws Exception {
    String json =
        """
        {"prompt": [5, 9], "max_tokens": 12, "temperature": 0, "seed": 1,
         "ignore_eos": true, "logprobs": 3, "batch": {"tokens": 5}}
        """;
    assertThat(client.getSchema(command(json), ANN).getSchema().getFields())
        .map(Field::getName)
        .endsWith("finish_reason", "top_token_ids", "top_log_probs");
    int numTokens = 0;
    try (FlightStream stream = client.getStream(ticket(client, json, ANN), ANN)) {
      while (stream.next()) {
        VectorSchemaRoot batch = stream.getRoot();
        List<Row> rows = Row.of(batch);
        for (int at = 0; at < rows.size(); at++) {
          Row row = rows.get(at);
          List<?> ids = (List<?>) batch.getVector("top_token_ids").getObject(at);
          List<?> logProbs = (List<?>) batch.getVector("top_log_probs").getObject(at);
          if (row.tokenId() == null) {
            assertThat(ids).isNull();
            assertThat(logProbs).isNull();
          } else {
            numTokens++;
            assertThat(ids).hasSize(3);
            assertThat(ids.getFirst()).isEqualTo(row.tokenId()); // the likeliest, as it is greedy
            assertThat(logProbs.getFirst()).isEqualTo(row.logProb());
            assertThat((Float) logProbs.get(1)).isLessThanOrEqualTo((Float) logProbs.get(0));
          }
        }
      }
    }
    assertThat(numTokens).isEqualTo(12);
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT,
        "logprobs must be absent in a job",
        () -> client.pollInfo(command(json), ANN));
  }

  @Test
  void aCommandIsATicketToo() throws Exception {
    String json = "{\"prompt\": [5], \"max_tokens\": 9, \"ignore_eos\": true, \"seed\": 1}";
    Ticket ticket = new Ticket(json.getBytes(StandardCharsets.UTF_8));
    try (FlightStream stream = client.getStream(ticket, ANN)) {
      assertThat(Row.readAll(stream)).isEqualTo(rows(client, json, ANN));
    }
    Ticket wrong = new Ticket("{\"prompt\": 5}".getBytes(StandardCharsets.UTF_8));
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT,
        "prompt must be",
        () -> {
          try (FlightStream stream = client.getStream(wrong, ANN)) {
            stream.next();
          }
        });
  }

  @Test
  void aTicketWithoutASeedHasOneOfItsOwn() throws Exception {
    String json = "{\"prompt\": [5], \"max_tokens\": 30, \"ignore_eos\": true}";
    var first = ticket(client, json, ANN);
    List<List<Row>> answers = new ArrayList<>();
    for (var ticket : List.of(first, first, ticket(client, json, ANN))) {
      try (FlightStream stream = client.getStream(ticket, ANN)) {
        answers.add(Row.readAll(stream));
      }
      server.awaitIdle();
    }
    assertThat(answers.get(1)).isEqualTo(answers.getFirst());
    assertThat(answers.get(2)).isNotEqualTo(answers.getFirst());
  }

  @Test
  void anAnswerDoesNotDependOnTheLoad() throws Exception {
    String json =
        """
        {"prompt": [[5, 9, 17, 4], [8, 8]], "n": 2, "max_tokens": 40, "seed": 3,
         "ignore_eos": true, "batch": {"tokens": %d}}
        """;
    Set<Row> alone = Set.copyOf(rows(client, json.formatted(1), ANN));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<List<Row>>> readers = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String own = json.formatted(1 + i % 7);
        FlightClient connection = i % 16 == 0 ? server.connect() : client;
        readers.add(() -> rows(connection, own, ANN));
      }
      for (Future<List<Row>> answer : threads.invokeAll(readers)) {
        assertThat(Set.copyOf(answer.get())).isEqualTo(alone);
      }
    }
  }
}
