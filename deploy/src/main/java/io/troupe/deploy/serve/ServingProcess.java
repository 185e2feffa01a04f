package io.troupe.deploy.serve;

import io.troupe.protocols.config.ServingConfig;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Scope;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.streams.flight.FlightEndpoint;
import io.troupe.streams.http.HttpEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.CountDownLatch;

/**
 * A model that is served over HTTP and Arrow Flight. The caller closes it: requests in progress get
 * the configured time to end.
 */
public final class ServingProcess implements AutoCloseable {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Endpoint endpoint;
  private final HttpEndpoint http;
  private final FlightEndpoint flight;
  private final ServingReport report;
  private final ModelSource source;

  private ServingProcess(
      ModelSource source,
      Endpoint endpoint,
      HttpEndpoint http,
      FlightEndpoint flight,
      ServingReport report) {
    this.source = source;
    this.endpoint = endpoint;
    this.http = http;
    this.flight = flight;
    this.report = report;
  }

  /**
   * Loads a model and serves it.
   *
   * @param source of the model, which the caller closes after the process
   * @param threads of the compute pool; 0 for one per core
   * @param version of the program
   * @throws IllegalArgumentException if the model, a key or a certificate cannot be used
   * @throws IOException if an address cannot be used
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static ServingProcess start(
      ModelSource source, int threads, ServingConfig config, String version, ServingReport report)
      throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    ApiKeys keys = keys(config);
    Endpoint endpoint = new Endpoint(source.load(config.servedModelName(), threads), config);
    HttpEndpoint http = null;
    FlightEndpoint flight = null;
    try {
      source.follow(endpoint);
      http = HttpEndpoint.start(endpoint, keys, version);
      flight = FlightEndpoint.start(endpoint, keys, config);
      endpoint.warmUp();
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      if (flight != null) {
        flight.close();
      }
      if (http != null) {
        http.close();
      }
      endpoint.close();
      throw e;
    }
    report.serving(
        endpoint,
        new ServingReport.Addresses(
            url(config.network().tls().isPresent() ? "https" : "http", config, http.port()),
            url(config.network().tls().isPresent() ? "grpc+tls" : "grpc", config, flight.port())),
        keys.areRequired(),
        Duration.ofNanos(System.nanoTime() - startNs));
    return new ServingProcess(source, endpoint, http, flight, report);
  }

  /**
   * The keys. Without a file everybody may generate; everybody who can reach this machine's
   * loopback address may replace weights as well, if nothing else is listened on.
   */
  private static ApiKeys keys(ServingConfig config) {
    return config
        .network()
        .apiKeyFile()
        .map(ApiKeys::load)
        .orElseGet(
            () ->
                ApiKeys.none(
                    isLoopback(config.network().host())
                        ? EnumSet.allOf(Scope.class)
                        : EnumSet.of(Scope.GENERATE)));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("host must be an address or a host name, got " + host, e);
    }
  }

  private static String url(String scheme, ServingConfig config, int port) {
    String host = config.network().host();
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** Returns when the calling thread is interrupted. */
  public void serveUntilInterrupted() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      report.stopping(endpoint.numRequests());
    }
  }

  /** Lets running requests end, within the configured time, and releases everything. */
  @Override
  public void close() {
    try {
      endpoint.drain();
      source.close(); // no weights arrive after this
      http.stop(STOP_TIMEOUT);
      flight.stop(STOP_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      http.close();
      flight.close();
    } finally {
      endpoint.close();
    }
    report.stopped();
  }
}
