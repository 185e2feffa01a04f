package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Addresses, keys and limits of connections.
 *
 * @param host address to listen on
 * @param port of HTTP; 0 for any free port
 * @param flightPort of Arrow Flight; 0 for any free port
 * @param apiKeyFile file of the accepted API keys; absent if none is needed
 * @param tls certificate of the server; absent for plain connections
 * @param maxBodyBytes maximum size of a request
 * @param maxConnections maximum number of open connections of each protocol
 * @param idleTimeout time after which a connection without traffic is closed
 */
public record NetworkConfig(
    String host,
    int port,
    int flightPort,
    Optional<Path> apiKeyFile,
    Optional<TlsConfig> tls,
    int maxBodyBytes,
    int maxConnections,
    Duration idleTimeout) {
  static final Section SECTION =
      Section.of("network", "Addresses, keys and limits of connections.");

  private static final Key<String> HOST =
      SECTION.add(
          "host",
          ValueType.TEXT,
          "127.0.0.1",
          new Range<>(host -> !host.isBlank(), "an address or a host name", ""),
          "Address to listen on. 0.0.0.0: all interfaces.");
  private static final Range<Integer> PORTS = Range.between(0, 65535);
  private static final Key<Integer> PORT =
      SECTION.add("port", ValueType.INT, 8000, PORTS, "Port of the HTTP API. 0: any free port.");
  private static final Key<Integer> FLIGHT_PORT =
      SECTION.add(
          "flight-port", ValueType.INT, 8815, PORTS, "Port of Arrow Flight. 0: any free port.");
  private static final Key<String> API_KEY_FILE =
      SECTION.add(
          "api-key-file",
          ValueType.PATH,
          "",
          "File of API keys, one per line: name, key, and 'weights' if the key may replace"
              + " weights. Empty: no key is needed.");
  private static final Key<String> TLS_CERT =
      SECTION.add(
          "tls-cert",
          ValueType.PATH,
          "",
          "PEM file of the server's certificate chain. Empty: connections are not encrypted.");
  private static final Key<String> TLS_KEY =
      SECTION.add(
          "tls-key", ValueType.PATH, "", "PEM file of the certificate's private key (PKCS #8).");
  private static final Key<String> TLS_CLIENT_CA =
      SECTION.add(
          "tls-client-ca",
          ValueType.PATH,
          "",
          "PEM file of the authorities whose client certificates are required (mutual TLS)."
              + " Empty: clients need no certificate.");
  private static final Key<Long> MAX_BODY_BYTES =
      SECTION.add(
          "max-body-bytes",
          ValueType.BYTES,
          4L << 20,
          Range.between(1024, 1 << 30),
          "Maximum size of a request's body.");
  private static final Key<Integer> MAX_CONNECTIONS =
      SECTION.add(
          "max-connections",
          ValueType.INT,
          1024,
          Range.atLeast(1),
          "Maximum number of open connections of each protocol.");
  private static final Key<Duration> IDLE_TIMEOUT =
      SECTION.add(
          "idle-timeout",
          ValueType.DURATION,
          Duration.ofSeconds(75),
          ServingConfig.positive(),
          "Time after which a connection without traffic is closed.");

  /** Checks the ranges. */
  public NetworkConfig {
    HOST.check(host);
    PORT.check(port);
    FLIGHT_PORT.check(flightPort);
    MAX_BODY_BYTES.check((long) maxBodyBytes);
    MAX_CONNECTIONS.check(maxConnections);
    IDLE_TIMEOUT.check(idleTimeout);
  }

  static NetworkConfig from(Config config) {
    return new NetworkConfig(
        HOST.read(config),
        PORT.read(config),
        FLIGHT_PORT.read(config),
        ServingConfig.path(API_KEY_FILE, config),
        tls(config),
        Math.toIntExact(MAX_BODY_BYTES.check(MAX_BODY_BYTES.read(config))),
        MAX_CONNECTIONS.read(config),
        IDLE_TIMEOUT.read(config));
  }

  private static Optional<TlsConfig> tls(Config config) {
    Optional<Path> certificate = ServingConfig.path(TLS_CERT, config);
    Optional<Path> key = ServingConfig.path(TLS_KEY, config);
    Optional<Path> clientCa = ServingConfig.path(TLS_CLIENT_CA, config);
    TLS_KEY.require(
        certificate.isPresent() == key.isPresent(),
        TLS_KEY.read(config),
        "given exactly if --tls-cert is",
        "TLS needs both files");
    TLS_CLIENT_CA.require(
        clientCa.isEmpty() || certificate.isPresent(),
        TLS_CLIENT_CA.read(config),
        "used with --tls-cert and --tls-key",
        "");
    return certificate.map(file -> new TlsConfig(file, key.orElseThrow(), clientCa));
  }
}
