package io.troupe.streams.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.config.TlsConfig;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Scope;
import io.troupe.serving.tls.ServerTls;
import io.troupe.serving.tls.TestCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections, with and without certificates of clients. */
@Timeout(120)
class TlsTest {
  @TempDir private static Path folder;
  private static Path model;
  private static TestCertificate server;
  private static TestCertificate client;
  private static TestCertificate stranger;
  private static TestCertificate expired;

  @BeforeAll
  static void makeCertificates() throws Exception {
    model = RunningEndpoint.model(folder);
    server = TestCertificate.create(folder, "server", "EC", 30);
    client = TestCertificate.create(folder, "client", "RSA", 30);
    stranger = TestCertificate.create(folder, "stranger", "RSA", 30);
    expired = TestCertificate.create(folder, "expired", "RSA", -2);
  }

  private static RunningEndpoint start(String more) throws InterruptedException {
    return start(more, InstantSource.system());
  }

  private static RunningEndpoint start(String more, InstantSource clock)
      throws InterruptedException {
    String settings =
        "network { tls-cert = \"%s\", tls-key = \"%s\" %s }"
            .formatted(server.certificate(), server.key(), more);
    RunningEndpoint endpoint =
        RunningEndpoint.startCold(
            model, settings, ApiKeys.none(Set.of(Scope.GENERATE)), clock, Duration.ofSeconds(15));
    endpoint.endpoint.warmUp();
    return endpoint;
  }

  private static HttpClient client(Optional<TestCertificate> identity) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", server.store().getCertificate("server"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    if (identity.isPresent()) {
      keys.init(identity.get().store(), TestCertificate.PASSWORD.toCharArray());
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        identity.isPresent() ? keys.getKeyManagers() : null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  private static HttpResponse<String> complete(HttpClient client, int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v1/completions"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "{\"prompt\": \"Hello\", \"max_tokens\": 30, \"stream\": true}"))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  @Test
  void requestsAreEncrypted() throws Exception {
    try (RunningEndpoint endpoint = start("");
        HttpClient client = client(Optional.empty())) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response = complete(client, endpoint.port());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(RunningEndpoint.data(response.body()).getLast()).isEqualTo("[DONE]");
        assertThat(response.sslSession()).isPresent();
      }
      assertThatThrownBy(() -> endpoint.get("/health")).isInstanceOf(Exception.class);
    }
  }

  @Test
  void certificatesOfClientsAreRequiredAndChecked() throws Exception {
    try (RunningEndpoint endpoint = start(", tls-client-ca = \"" + client.certificate() + "\"")) {
      try (HttpClient known = client(Optional.of(client))) {
        assertThat(complete(known, endpoint.port()).statusCode()).isEqualTo(200);
      }
      try (HttpClient unknown = client(Optional.of(stranger))) {
        assertThatThrownBy(() -> complete(unknown, endpoint.port()))
            .isInstanceOf(IOException.class);
      }
      try (HttpClient anonymous = client(Optional.empty())) {
        assertThatThrownBy(() -> complete(anonymous, endpoint.port()))
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void expiredCertificateOfAClientIsRejected() throws Exception {
    try (RunningEndpoint endpoint = start(", tls-client-ca = \"" + expired.certificate() + "\"");
        HttpClient late = client(Optional.of(expired))) {
      assertThatThrownBy(() -> complete(late, endpoint.port())).isInstanceOf(IOException.class);
    }
  }

  @Test
  void certificateThatExpiresEndsTheRequestsOfItsConnection() throws Exception {
    AtomicReference<Duration> passed = new AtomicReference<>(Duration.ZERO);
    InstantSource clock = () -> Instant.now().plus(passed.get());
    String authority = ", tls-client-ca = \"" + client.certificate() + "\"";
    try (RunningEndpoint endpoint = start(authority, clock);
        HttpClient known = client(Optional.of(client))) {
      assertThat(complete(known, endpoint.port()).statusCode()).isEqualTo(200);
      passed.set(Duration.ofDays(31)); // a new connection would fail in its handshake
      HttpResponse<String> refused = complete(known, endpoint.port());
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(RunningEndpoint.read(refused.body()).path("error").path("code").asText())
          .isEqualTo("invalid_certificate");
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed() {
    assertThatThrownBy(() -> load(server.key(), server.key()))
        .hasMessageContaining("tls-cert must be");
    assertThatThrownBy(() -> load(server.certificate(), server.certificate()))
        .hasMessageContaining("tls-key must be");
    assertThatThrownBy(() -> load(server.certificate(), client.key()))
        .hasMessageContaining("tls-key must be");
    assertThatThrownBy(() -> load(folder.resolve("none"), server.key()))
        .hasMessageContaining("tls-cert must be a readable file");
  }

  private static ServerTls load(Path certificate, Path key) {
    return ServerTls.load(
        new TlsConfig(certificate, key, Optional.empty()), InstantSource.system());
  }
}
