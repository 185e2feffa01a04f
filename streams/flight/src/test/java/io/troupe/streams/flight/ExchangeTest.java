package io.troupe.streams.flight;

import static io.troupe.streams.flight.RejectedCallsTest.assertStatus;
import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.BOB;
import static io.troupe.streams.flight.TestServer.await;
import static io.troupe.streams.flight.TestServer.command;
import static io.troupe.streams.flight.TestServer.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DoExchange over real connections: prompts in, tokens out, credits. */
@Timeout(120)
class ExchangeTest {
  private static final Schema TEXTS =
      new Schema(List.of(Field.nullable("prompt", new ArrowType.Utf8())));
  private static final Schema IDS =
      new Schema(
          List.of(
              new Field(
                  "prompt_token_ids",
                  FieldType.nullable(new ArrowType.List()),
                  List.of(Field.nullable("item", new ArrowType.Int(64, true))))));

  private static final int OTHER_TOKENS = 100;

  @TempDir private static Path folder;
  private static TestServer server;
  private static FlightClient client;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, "load { max-requests = 40 }");
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

  private static FlightClient.ExchangeReaderWriter exchange(String json) {
    return client.doExchange(command(json), ANN);
  }

  private static VectorSchemaRoot texts(String... prompts) {
    VectorSchemaRoot root = VectorSchemaRoot.create(TEXTS, server.allocator());
    VarCharVector column = (VarCharVector) root.getVector(0);
    column.allocateNew();
    for (int i = 0; i < prompts.length; i++) {
      column.setSafe(i, prompts[i].getBytes(StandardCharsets.UTF_8));
    }
    root.setRowCount(prompts.length);
    return root;
  }

  private static VectorSchemaRoot ids(int[]... prompts) {
    VectorSchemaRoot root = VectorSchemaRoot.create(IDS, server.allocator());
    UnionListWriter writer = ((ListVector) root.getVector(0)).getWriter();
    for (int[] prompt : prompts) {
      writer.startList();
      for (int id : prompt) {
        writer.bigInt().writeBigInt(id);
      }
      writer.endList();
    }
    root.setRowCount(prompts.length);
    assertThat(((ListVector) root.getVector(0)).getDataVector()).isInstanceOf(BigIntVector.class);
    return root;
  }

  private static ArrowBuf credits(long count) {
    byte[] json = "{\"credits\": %d}".formatted(count).getBytes(StandardCharsets.UTF_8);
    ArrowBuf buffer = server.allocator().buffer(json.length);
    buffer.writeBytes(json);
    return buffer;
  }

  /** Number of forward passes: one for each token, as long as one completion is decoded. */
  private static long numDecoded() {
    return (long) server.metric("troupe_forward_passes_total");
  }

  @Test
  void promptsOfSeveralBatchesAreAnsweredAsByOneRequest() throws Exception {
    String settings = "\"max_tokens\": 9, \"seed\": 5, \"n\": 2, \"ignore_eos\": true";
    List<Row> expected =
        rows(client, "{\"prompt\": [[5, 6], [7], [8, 9, 10]], %s}".formatted(settings), ANN);
    List<Row> actual;
    try (var exchange = exchange("{%s}".formatted(settings));
        VectorSchemaRoot batch = ids(new int[] {5, 6}, new int[] {7})) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      try (VectorSchemaRoot second = ids(new int[] {8, 9, 10})) {
        batch.clear();
        second.getVector(0).makeTransferPair(batch.getVector(0)).transfer();
        batch.setRowCount(1);
        exchange.getWriter().putNext();
      }
      exchange.getWriter().completed();
      actual = Row.readAll(exchange.getReader());
    }
    assertThat(actual).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void manyPromptsAreDecodedAFewAtATime() throws Exception {
    String[] prompts = new String[300];
    for (int i = 0; i < prompts.length; i++) {
      prompts[i] = "p" + (i % 6);
    }
    try (var exchange =
            exchange("{\"max_tokens\": 3, \"ignore_eos\": true, \"max_concurrent_prompts\": 8}");
        VectorSchemaRoot batch = texts(prompts)) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      exchange.getWriter().completed();
      List<Row> rows = Row.readAll(exchange.getReader());
      assertThat(Row.tokens(rows)).hasSize(900);
      assertThat(rows.stream().filter(row -> row.finishReason() != null).map(Row::request))
          .hasSize(300)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void creditsStopTheDecoderAtThePositionOfTheReader() throws Exception {
    long before = numDecoded();
    try (var exchange =
            exchange(
                "{\"max_tokens\": 5000, \"ignore_eos\": true, \"credits\": 10,"
                    + " \"batch\": {\"tokens\": 4}}");
        VectorSchemaRoot batch = ids(new int[] {5})) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      List<Row> rows = new ArrayList<>();
      readTokens(exchange, rows, 10);
      assertDecoded(before + 11); // the one that waits for a credit
      exchange.getWriter().putMetadata(credits(25));
      readTokens(exchange, rows, 35);
      assertDecoded(before + 11 + OTHER_TOKENS + 25);
      assertThat(Row.tokens(rows)).hasSize(35).map(Row::position).isSorted();
    }
  }

  private static void readTokens(
      FlightClient.ExchangeReaderWriter exchange, List<Row> rows, int count) {
    while (Row.tokens(rows).size() < count) {
      assertThat(exchange.getReader().next()).isTrue();
      rows.addAll(Row.of(exchange.getReader().getRoot()));
    }
    assertThat(Row.tokens(rows)).hasSize(count);
  }

  /** The decoder stops for the exchange, while it decodes another request. */
  private static void assertDecoded(long passes) throws Exception {
    await(passes + " forward passes", () -> numDecoded() == passes);
    String other = "{\"prompt\": [5], \"max_tokens\": %d, \"ignore_eos\": true}";
    rows(client, other.formatted(OTHER_TOKENS), BOB);
    assertThat(numDecoded()).isEqualTo(passes + OTHER_TOKENS);
  }

  @Test
  void creditsAreSharedByThePromptsOfAnExchange() throws Exception {
    try (var exchange = exchange("{\"max_tokens\": 6, \"ignore_eos\": true, \"credits\": 0}");
        VectorSchemaRoot batch = ids(new int[] {5}, new int[] {6}, new int[] {7})) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      List<Row> rows = new ArrayList<>();
      for (int i = 1; i <= 18; i++) {
        exchange.getWriter().putMetadata(credits(1));
        readTokens(exchange, rows, i);
      }
      exchange.getWriter().completed();
      rows.addAll(Row.readAll(exchange.getReader()));
      assertThat(rows).hasSize(21);
      assertThat(rows.stream().filter(row -> row.finishReason() != null)).hasSize(3);
    }
  }

  @Test
  void creditsThatDoNotSufficeAreAnError() throws Exception {
    try (var exchange = exchange("{\"max_tokens\": 6, \"ignore_eos\": true, \"credits\": 5}");
        VectorSchemaRoot batch = ids(new int[] {5})) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      exchange.getWriter().completed();
      assertStatus(
          FlightStatusCode.INVALID_ARGUMENT,
          "the sum of all credits",
          () -> Row.readAll(exchange.getReader()));
    }
  }

  @Test
  void wrongExchangesAreInvalidArguments() throws Exception {
    assertRejected("{\"prompt\": [5]}", "prompt must be absent", texts("a"));
    assertRejected("{\"credits\": -1}", "credits must be at least 0", texts("a"));
    assertRejected("{\"max_concurrent_prompts\": 0}", "max_concurrent_prompts must be", texts("a"));
    assertRejected("{}", "request 1: prompt", texts("a", "~"));
    assertRejected("{}", "request 0: prompt must be token ids in [0, 60]", ids(new int[] {99}));
    assertRejected("{}", "request 0: prompt must be at least one token", ids(new int[] {}));
    Schema other = new Schema(List.of(Field.nullable("text", new ArrowType.Utf8())));
    VectorSchemaRoot unnamed = VectorSchemaRoot.create(other, server.allocator());
    unnamed.allocateNew();
    unnamed.setRowCount(1);
    assertRejected("{}", "the record batch must be one column prompt", unnamed);
    VectorSchemaRoot missing = VectorSchemaRoot.create(TEXTS, server.allocator());
    missing.allocateNew();
    missing.setRowCount(1);
    assertRejected("{}", "prompt must be present in every row", missing);
  }

  private static void assertRejected(String json, String message, VectorSchemaRoot batch)
      throws Exception {
    try (batch;
        var exchange = exchange(json)) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      exchange.getWriter().completed();
      assertStatus(
          FlightStatusCode.INVALID_ARGUMENT, message, () -> Row.readAll(exchange.getReader()));
    }
  }

  @Test
  void creditsOfAnExchangeWithoutCreditsAreAnError() throws Exception {
    for (ArrowBuf metadata : List.of(credits(5), credits(0), buffer("{"), buffer("[1]"))) {
      try (var exchange = exchange("{}");
          VectorSchemaRoot batch = texts("a")) {
        exchange.getWriter().start(batch);
        exchange.getWriter().putNext(metadata);
        assertStatus(
            FlightStatusCode.INVALID_ARGUMENT, "", () -> Row.readAll(exchange.getReader()));
      }
    }
  }

  private static ArrowBuf buffer(String text) {
    ArrowBuf buffer = server.allocator().buffer(text.length());
    buffer.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return buffer;
  }

  @Test
  void aPathIsNoCommand() throws Exception {
    try (var exchange = client.doExchange(FlightDescriptor.path("a"), ANN);
        VectorSchemaRoot batch = texts("a")) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      assertStatus(
          FlightStatusCode.INVALID_ARGUMENT,
          "the descriptor must be a command",
          () -> Row.readAll(exchange.getReader()));
    }
  }

  @Test
  void anExchangeWithoutPromptsEnds() throws Exception {
    try (var exchange = exchange("{}");
        VectorSchemaRoot batch = texts()) {
      exchange.getWriter().start(batch);
      exchange.getWriter().completed();
      assertThat(Row.readAll(exchange.getReader())).isEmpty();
      assertThat(exchange.getReader().getSchema().getFields()).hasSize(8);
    }
  }

  @Test
  void itsOwnerCancelsAnExchange() throws Exception {
    try (var exchange = exchange("{\"max_tokens\": 16000, \"ignore_eos\": true}");
        VectorSchemaRoot batch = texts("a", "b")) {
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      assertThat(exchange.getReader().next()).isTrue();
      String id = exchange.getReader().getSchema().getCustomMetadata().get("request_id");
      Action cancel =
          new Action(
              "cancel", "{\"request_id\": \"%s\"}".formatted(id).getBytes(StandardCharsets.UTF_8));
      assertStatus(
          FlightStatusCode.NOT_FOUND,
          id,
          () -> client.doAction(cancel, BOB).forEachRemaining(r -> {}));
      client.doAction(cancel, ANN).forEachRemaining(r -> {});
      assertStatus(
          FlightStatusCode.CANCELLED, "action 'cancel'", () -> Row.readAll(exchange.getReader()));
    }
  }

  @Test
  void aClientThatLeavesAnExchangeStopsIt() throws Exception {
    FlightClient leaving = server.connect();
    try (VectorSchemaRoot batch = texts("a", "b", "c")) {
      var exchange =
          leaving.doExchange(command("{\"max_tokens\": 16000, \"ignore_eos\": true}"), ANN);
      exchange.getWriter().start(batch);
      exchange.getWriter().putNext();
      assertThat(exchange.getReader().next()).isTrue();
      exchange.close();
    }
    server.awaitIdle();
  }
}
