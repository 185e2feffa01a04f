package io.troupe.streams.flight.server;

import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.troupe.protocols.config.NetworkConfig;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.tls.ServerTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.auth.ServerAuthHandler;
import org.apache.arrow.flight.grpc.ServerBackpressureThresholdInterceptor;
import org.apache.arrow.flight.grpc.ServerInterceptorAdapter;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The gRPC server of an endpoint. Calls run on virtual threads, so that one that waits costs no
 * thread of the system. The caller closes it.
 */
public final class GrpcServer implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /**
   * They log a stack trace for each stalled stream that is canceled, and for each message that is
   * too large. Kept, because loggers are weak.
   */
  private static final List<Logger> NOISY =
      List.of(
          Logger.getLogger("io.grpc.netty.NettyServerHandler"),
          Logger.getLogger("io.grpc.netty.NettyServerStream"));

  private final Server server;
  private final HealthReports health;
  private final ExecutorService calls;

  private GrpcServer(Server server, HealthReports health, ExecutorService calls) {
    this.server = server;
    this.health = health;
    this.calls = calls;
  }

  /**
   * Starts a server.
   *
   * @param inbound allocator of what clients send
   * @param connections threads of the connections, which stay open longer than the server
   * @param clock decides whether the certificate of a client has expired
   * @param isReady whether the endpoint serves requests
   * @throws IllegalArgumentException if a file of the TLS settings cannot be used
   * @throws IOException if the address cannot be used
   */
  public static GrpcServer start(
      NetworkConfig network,
      ServerLimits limits,
      FlightProducer producer,
      BufferAllocator inbound,
      EventLoopGroup connections,
      ApiKeys keys,
      InstantSource clock,
      BooleanSupplier isReady)
      throws IOException {
    NOISY.forEach(logger -> logger.setLevel(Level.OFF));
    ExecutorService calls =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("flight-call-", 0).factory());
    HealthReports health = new HealthReports(isReady);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(network.host(), network.flightPort()))
            .channelFactory(() -> new BoundedServerChannel(limits.maxConnections()))
            .bossEventLoopGroup(connections)
            .workerEventLoopGroup(connections)
            .executor(calls)
            .addService(flight(producer, inbound, calls, limits))
            .addService(health.service())
            .intercept(callers(keys));
    limit(builder, limits);
    try {
      if (network.tls().isPresent()) {
        encrypt(builder, ServerTls.load(network.tls().get(), clock));
      }
      return new GrpcServer(builder.build().start(), health, calls);
    } catch (IOException | RuntimeException e) {
      calls.shutdownNow();
      throw e;
    }
  }

  @SuppressWarnings(
      "deprecation") // the factory has a handler of the handshake, which is not served
  private static ServerServiceDefinition flight(
      FlightProducer producer,
      BufferAllocator inbound,
      ExecutorService calls,
      ServerLimits limits) {
    return ServerInterceptors.intercept(
        InboundCheck.applyTo(
            FlightGrpcUtils.createFlightService(inbound, producer, ServerAuthHandler.NO_OP, calls)
                .bindService()),
        new ServerBackpressureThresholdInterceptor(limits.backpressureBytes()));
  }

  private static ServerInterceptorAdapter callers(ApiKeys keys) {
    return new ServerInterceptorAdapter(
        List.of(
            new ServerInterceptorAdapter.KeyFactory<>(
                CallerMiddleware.KEY, CallerMiddleware.accepting(keys))));
  }

  private static void limit(NettyServerBuilder builder, ServerLimits limits) {
    builder
        .maxInboundMessageSize(limits.maxMessageBytes())
        .maxInboundMetadataSize(limits.maxHeaderBytes())
        .maxConcurrentCallsPerConnection(limits.maxCallsPerConnection())
        .maxConnectionIdle(limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTime(limits.keepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(limits.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(limits.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true);
  }

  private static void encrypt(NettyServerBuilder builder, ServerTls tls) throws SSLException {
    SslContextBuilder context = SslContextBuilder.forServer(tls.identity());
    if (tls.clients().isPresent()) {
      context.trustManager(tls.clients().get()).clientAuth(ClientAuth.REQUIRE);
      builder.intercept(new CertificateCheck(tls)); // the last interceptor runs first
    }
    builder.sslContext(GrpcSslContexts.configure(context, SslProvider.JDK).build());
  }

  /** The port that the server listens on. */
  public int port() {
    return server.getPort();
  }

  /** Reports the health of the endpoint to clients that watch it. */
  public void updateHealth() {
    health.update();
  }

  /**
   * Accepts no more calls, lets the running ones end, and cancels those that have not ended in
   * time.
   */
  public void stop(Duration timeout) throws InterruptedException {
    health.stop();
    server.shutdown();
    if (!server.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
      close();
    }
  }

  /**
   * Cancels the running calls and ends the threads; closing twice is harmless.
   *
   * @throws IllegalStateException if the threads do not end in time
   */
  @Override
  public void close() {
    health.stop();
    server.shutdownNow();
    try {
      boolean ended = server.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
      calls.shutdown();
      ended &= calls.awaitTermination(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
      if (!ended) {
        throw new IllegalStateException(
            "the Flight server must stop within " + CLOSE_TIMEOUT + ", but calls are running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
