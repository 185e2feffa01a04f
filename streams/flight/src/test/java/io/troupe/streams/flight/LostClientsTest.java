package io.troupe.streams.flight;

import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.rows;
import static io.troupe.streams.flight.TestServer.ticket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that cancel, vanish or do not read leave nothing behind and cost the others nothing. */
@Timeout(180)
class LostClientsTest {
  private static final String LONG =
      "{\"prompt\": [5], \"max_tokens\": 16000, \"ignore_eos\": true, \"seed\": 1}";

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(folder, "");
  }

  @AfterAll
  static void close() throws Exception {
    server.close();
  }

  @Test
  void aCanceledStreamEndsItsRequest() throws Exception {
    FlightClient client = server.connect();
    try (FlightStream stream = client.getStream(ticket(client, LONG, ANN), ANN)) {
      assertThat(stream.next()).isTrue();
      stream.cancel("enough", null);
      server.awaitIdle();
    }
  }

  @Test
  void aKilledConnectionEndsItsRequests() throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    FlightClient client = FlightGrpcUtils.createFlightClient(server.allocator(), channel);
    List<FlightStream> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      FlightStream stream = client.getStream(ticket(client, LONG, ANN), ANN);
      assertThat(stream.next()).isTrue();
      streams.add(stream);
    }
    assertThat(server.flight().numRunning()).isEqualTo(4);
    channel.shutdownNow();
    server.awaitIdle();
    for (FlightStream stream : streams) {
      stream.close();
    }
    client.close();
  }

  @Test
  void readersThatStallAreBoundedAndCostTheOthersNothing() throws Exception {
    String fast = "{\"prompt\": [7], \"max_tokens\": 50, \"ignore_eos\": true, \"seed\": 2}";
    FlightClient reading = server.connect();
    List<Row> alone = rows(reading, fast, ANN);
    List<FlightStream> stalled = new ArrayList<>();
    List<FlightClient> clients = new ArrayList<>();
    long windowBytes = 64 << 10;
    for (int i = 0; i < 10; i++) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port())
              .usePlaintext()
              .flowControlWindow((int) windowBytes)
              .build();
      FlightClient client = FlightGrpcUtils.createFlightClient(server.allocator(), channel);
      clients.add(client);
      stalled.add(client.getStream(ticket(client, LONG, ANN), ANN));
    }
    awaitPausedDecoder();
    assertThat(server.flight().allocatedBytes()).isLessThan(32 << 20);
    assertThat(rows(reading, fast, ANN)).isEqualTo(alone);
    for (FlightStream stream : stalled) { // and they can go on
      assertThat(stream.next()).isTrue();
      stream.close();
    }
    for (FlightClient client : clients) {
      client.close();
    }
    server.awaitIdle();
  }

  /** All stop at their limits: without a reader, the decoder makes no more passes. */
  private static void awaitPausedDecoder() throws InterruptedException {
    double passes = -1;
    for (int i = 0; i < 100 && passes != server.metric("troupe_forward_passes_total"); i++) {
      passes = server.metric("troupe_forward_passes_total");
      Thread.sleep(300);
    }
    assertThat(passes).isEqualTo(server.metric("troupe_forward_passes_total"));
    assertThat(server.endpoint().numRequests()).isEqualTo(10);
  }

  @Test
  void clientsThatLeaveAtRandomLeaveNothingBehind() throws Exception {
    long seed = 11;
    Random random = new Random(seed);
    List<Callable<Void>> visits = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int numBatches = random.nextInt(4);
      boolean cancels = random.nextBoolean();
      visits.add(() -> visit(numBatches, cancels));
    }
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (Future<Void> visit : threads.invokeAll(visits)) {
        visit.get();
      }
    }
    server.awaitIdle();
  }

  private static Void visit(int numBatches, boolean cancels) throws Exception {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    FlightClient client = FlightGrpcUtils.createFlightClient(server.allocator(), channel);
    Ticket ticket = ticket(client, LONG, ANN);
    FlightStream stream = client.getStream(ticket, ANN);
    for (int i = 0; i < numBatches; i++) {
      assertThat(stream.next()).isTrue();
    }
    if (cancels) {
      stream.close();
    } else {
      channel.shutdownNow();
      stream.close();
    }
    client.close();
    return null;
  }

  @Test
  void aServerThatStopsCancelsWhatDoesNotEnd(@TempDir Path other) throws Exception {
    TestServer stopping = TestServer.start(other, "");
    FlightClient client = stopping.connect();
    FlightStream stream = client.getStream(ticket(client, LONG, ANN), ANN);
    assertThat(stream.next()).isTrue();
    stopping.flight().stop(Duration.ofMillis(50));
    assertThat(stopping.flight().numRunning()).isZero();
    assertThatThrownBy(() -> Row.readAll(stream)).isInstanceOf(FlightRuntimeException.class);
    stream.close();
    stopping.close();
  }
}
