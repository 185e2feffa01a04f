package io.troupe.streams.flight;

import static io.troupe.streams.flight.RejectedCallsTest.assertStatus;
import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.await;
import static io.troupe.streams.flight.TestServer.command;
import static io.troupe.streams.flight.TestServer.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.HeaderCallOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Limits of connections, messages and headers, and gRPC's health service. */
@Timeout(120)
class ServerLimitsTest {
  private static final int MAX_CONNECTIONS = 4;
  private static final String COMMAND = "{\"prompt\": [5], \"max_tokens\": 2}";

  @TempDir private static Path folder;
  private static TestServer server;
  private static FlightClient client;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder,
            "network { max-body-bytes = 65536, max-connections = %d }".formatted(MAX_CONNECTIONS));
    client = server.connect();
    assertThat(rows(client, COMMAND, ANN)).isNotEmpty();
  }

  @AfterAll
  static void close() throws Exception {
    server.close();
  }

  @Test
  void aConnectionTooManyIsClosed() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 1; i < MAX_CONNECTIONS; i++) { // the client has one
      sockets.add(connect());
      assertThat(sockets.getLast().getInputStream().read()).isNotEqualTo(-1); // settings
    }
    Socket refused = connect();
    assertThat(readOrReset(refused)).isEqualTo(-1);
    assertThat(rows(client, COMMAND, ANN)).isNotEmpty();
    for (Socket socket : sockets) {
      socket.close();
    }
    await(
        "a free place",
        () -> {
          try (Socket next = connect()) {
            return readOrReset(next) != -1;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(10_000);
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes("US-ASCII"));
    return socket;
  }

  private static int readOrReset(Socket socket) {
    try {
      return socket.getInputStream().read();
    } catch (IOException e) { // reset
      return -1;
    }
  }

  @Test
  void messagesAndHeadersHaveALimit() throws Exception {
    String large = "{\"prompt\": \"%s\"}".formatted("a".repeat(90_000));
    assertStatus(
        FlightStatusCode.RESOURCE_EXHAUSTED, "", () -> client.getInfo(command(large), ANN));
    String tooLarge = "{\"prompt\": \"%s\"}".formatted("a".repeat(70_000));
    assertStatus(
        FlightStatusCode.INVALID_ARGUMENT,
        "the command must be at most 65536 bytes",
        () -> client.getInfo(command(tooLarge), ANN));
    FlightCallHeaders headers = new FlightCallHeaders();
    headers.insert("authorization", "Bearer ann-has-a-long-key");
    headers.insert("padding", "x".repeat(40_000));
    CallOption longHeaders = new HeaderCallOption(headers);
    assertThatThrownBy(() -> client.getInfo(command(COMMAND), longHeaders));
    assertThat(rows(client, COMMAND, ANN)).isNotEmpty();
  }

  @Test
  void theHealthServiceNeedsNoKey(@TempDir Path other) throws Exception {
    try (TestServer starting = TestServer.starting(other)) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", starting.port()).usePlaintext().build();
      try {
        assertThat(health(channel, "")).isEqualTo(ServingStatus.NOT_SERVING);
        starting.endpoint().warmUp();
        await("SERVING", () -> health(channel, "") == ServingStatus.SERVING);
        assertThat(health(channel, FlightConstants.SERVICE)).isEqualTo(ServingStatus.SERVING);
        starting.endpoint().drain();
        await("NOT_SERVING", () -> health(channel, "") == ServingStatus.NOT_SERVING);
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static ServingStatus health(ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
