package io.troupe.streams.flight;

import static io.troupe.streams.flight.RejectedCallsTest.assertStatus;
import static io.troupe.streams.flight.TestServer.ANN;
import static io.troupe.streams.flight.TestServer.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.serving.tls.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS and mutual TLS with certificates in PEM files. */
@Timeout(120)
class TlsTest {
  private static final String COMMAND = "{\"prompt\": [5], \"max_tokens\": 2}";
  private static final String TLS = "network { tls-cert = \"%s\", tls-key = \"%s\" }";

  @TempDir private static Path folder;
  private static TestCertificate serverPair;
  private static TestCertificate clientPair;
  private static TestCertificate expired;
  private static TestCertificate stranger;
  private static TestServer mutual;

  private final List<FlightClient> clients = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    serverPair = TestCertificate.create(folder, "server", "EC", 30);
    clientPair = TestCertificate.create(folder, "client", "EC", 30);
    expired = TestCertificate.create(folder, "expired", "EC", -2);
    stranger = TestCertificate.create(folder, "stranger", "EC", 30);
    Path authorities = folder.resolve("authorities");
    Files.writeString(
        authorities,
        Files.readString(clientPair.certificate()) + Files.readString(expired.certificate()));
    mutual =
        TestServer.start(
            folder,
            TLS.formatted(serverPair.certificate(), serverPair.key())
                + ", network { tls-client-ca = \"%s\" }".formatted(authorities));
  }

  @AfterEach
  void closeClients() throws Exception {
    for (FlightClient client : clients) {
      client.close();
    }
  }

  @AfterAll
  static void close() throws Exception {
    mutual.close();
  }

  private FlightClient connect(TestServer server, Optional<TestCertificate> own, Path trusted)
      throws IOException {
    Location location = Location.forGrpcTls("localhost", server.port());
    try (InputStream authority = Files.newInputStream(trusted)) {
      FlightClient.Builder builder =
          FlightClient.builder(server.allocator(), location).trustedCertificates(authority);
      if (own.isPresent()) {
        builder.clientCertificate(
            Files.newInputStream(own.get().certificate()), Files.newInputStream(own.get().key()));
      }
      FlightClient client = builder.build();
      clients.add(client);
      return client;
    }
  }

  private FlightClient connect(TestServer server, Optional<TestCertificate> own)
      throws IOException {
    return connect(server, own, serverPair.certificate());
  }

  @Test
  void clientsWithACertificateAreServed() throws Exception {
    FlightClient client = connect(mutual, Optional.of(clientPair));
    assertThat(rows(client, COMMAND, ANN)).isNotEmpty();
    assertStatus(
        FlightStatusCode.UNAUTHENTICATED,
        "API key",
        () -> client.listActions().forEach(action -> {}));
  }

  @Test
  void clientsWithoutAValidCertificateAreRefused() throws Exception {
    for (Optional<TestCertificate> own :
        List.of(Optional.<TestCertificate>empty(), Optional.of(stranger))) {
      FlightClient client = connect(mutual, own);
      assertStatus(FlightStatusCode.UNAVAILABLE, "", () -> rows(client, COMMAND, ANN));
    }
    FlightClient late = connect(mutual, Optional.of(expired));
    assertStatus(
        FlightStatusCode.UNAUTHENTICATED,
        "the certificate of the client must be valid",
        () -> rows(late, COMMAND, ANN));
    FlightClient plain = mutual.connect();
    assertStatus(FlightStatusCode.UNAVAILABLE, "", () -> rows(plain, COMMAND, ANN));
    assertThat(rows(connect(mutual, Optional.of(clientPair)), COMMAND, ANN)).isNotEmpty();
  }

  @Test
  void aCertificateThatExpiresEndsTheCallsOfItsConnection(@TempDir Path other) throws Exception {
    String settings =
        TLS.formatted(serverPair.certificate(), serverPair.key())
            + ", network { tls-client-ca = \"%s\" }".formatted(clientPair.certificate());
    try (TestServer aging = TestServer.start(other, settings);
        FlightClient client = connect(aging, Optional.of(clientPair))) {
      clients.remove(client);
      assertThat(rows(client, COMMAND, ANN)).isNotEmpty();
      aging.advance(Duration.ofDays(31));
      assertStatus(
          FlightStatusCode.UNAUTHENTICATED,
          "the certificate of the client must be valid",
          () -> rows(client, COMMAND, ANN));
    }
  }

  @Test
  void filesThatAreNoCertificatesAreNamed(@TempDir Path other) throws Exception {
    Path damaged = Files.writeString(other.resolve("damaged"), "no certificate");
    assertThatThrownBy(() -> TestServer.start(other, TLS.formatted(damaged, serverPair.key())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls-cert");
  }
}
