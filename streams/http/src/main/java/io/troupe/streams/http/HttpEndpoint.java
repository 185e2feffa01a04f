package io.troupe.streams.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.NetworkConfig;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.tls.ServerTls;
import io.troupe.streams.http.api.ApiRoutes;
import io.troupe.streams.http.events.ChunkPace;
import io.troupe.streams.http.server.HttpServer;
import io.troupe.streams.http.server.RequestHandler;
import io.troupe.streams.http.server.ServerLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.ActorSystem;

/** The HTTP side of an endpoint, which stays with its owner. Thread-safe. */
public final class HttpEndpoint implements AutoCloseable {
  private static final Duration BIND_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PING_INTERVAL = Duration.ofSeconds(15);
  private static final int NUM_THREADS =
      Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);

  private final ActorSystem system;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;
  private final HttpServer server;
  private final AtomicBoolean isStopped = new AtomicBoolean();

  private HttpEndpoint(
      ActorSystem system,
      ExecutorService executor,
      ScheduledExecutorService timer,
      HttpServer server) {
    this.system = system;
    this.executor = executor;
    this.timer = timer;
    this.server = server;
  }

  /**
   * Starts to listen at the address of the endpoint's configuration.
   *
   * @param keys of the callers
   * @param version of the program, for {@code /version}
   * @throws IllegalArgumentException if the files of TLS cannot be used, or the address cannot be
   *     listened on
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static HttpEndpoint start(Endpoint endpoint, ApiKeys keys, String version)
      throws InterruptedException {
    return start(endpoint, keys, version, InstantSource.system(), PING_INTERVAL);
  }

  /**
   * Starts a server for which the certificates of clients expire by a clock, and which keeps
   * streams alive with a comment after a time without a token.
   */
  static HttpEndpoint start(
      Endpoint endpoint, ApiKeys keys, String version, InstantSource clock, Duration pingInterval)
      throws InterruptedException {
    NetworkConfig network = endpoint.config().network();
    Optional<ServerTls> tls = network.tls().map(config -> ServerTls.load(config, clock));
    ServerLimits limits =
        new ServerLimits(network.maxConnections(), network.maxBodyBytes(), network.idleTimeout());
    ExecutorService executor = executor(network.maxConnections());
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("troupe-http-pace").daemon().factory());
    ActorSystem system = ActorSystem.create("troupe-http", systemConfig());
    ChunkPace pace = new ChunkPace(timer);
    RequestHandler handler =
        ApiRoutes.of(endpoint, keys, limits, version, pingInterval, pace, system, executor);
    try {
      InetSocketAddress address =
          InetSocketAddress.createUnresolved(network.host(), network.port());
      HttpServer server =
          await(HttpServer.bind(system, address, limits, tls, handler), BIND_TIMEOUT);
      return new HttpEndpoint(system, executor, timer, server);
    } catch (ExecutionException | TimeoutException e) {
      executor.shutdownNow();
      timer.shutdownNow();
      system.terminate();
      throw new IllegalArgumentException(
          "host and port must be an address that no other program listens on, got %s:%d"
              .formatted(network.host(), network.port()),
          e);
    }
  }

  private static Config systemConfig() {
    Config all = ConfigFactory.load(HttpEndpoint.class.getClassLoader());
    return all.getConfig("troupe-http").withFallback(all);
  }

  /** A connection has at most one request, so the queue is never full. */
  private static ExecutorService executor(int maxConnections) {
    return new ThreadPoolExecutor(
        NUM_THREADS,
        NUM_THREADS,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(2 * maxConnections + NUM_THREADS),
        Thread.ofPlatform().name("troupe-http-requests-", 0).daemon().factory());
  }

  private static <T> T await(CompletionStage<T> stage, Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The port that the server listens on. */
  public int port() {
    return server.address().getPort();
  }

  /** The number of open connections. */
  public int numConnections() {
    return server.numConnections();
  }

  /**
   * Refuses new connections, lets open responses end within a time, and releases all resources.
   * Nothing happens if it has been called before.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void stop(Duration timeout) throws InterruptedException {
    if (isStopped.getAndSet(true)) {
      return;
    }
    try {
      await(server.stop(timeout), timeout.plus(END_TIMEOUT));
    } catch (ExecutionException | CompletionException | TimeoutException e) {
      throw new IllegalStateException(
          "connections must end within " + timeout + ", but some have not", e);
    } finally {
      system.terminate();
      executor.shutdownNow();
      timer.shutdownNow();
    }
  }

  /** Cuts off open responses and releases all resources; closing twice is harmless. */
  @Override
  public void close() {
    try {
      stop(Duration.ZERO);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
