package io.troupe.streams.http.server;

import io.troupe.serving.tls.ServerTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.TLS;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.util.ByteString;

/**
 * Accepts connections and gives their requests to a handler, one at a time per connection. The
 * owner stops it, and ends the actor system afterwards.
 */
public final class HttpServer {
  private static final int BACKLOG = 512;

  /** Bounds the bytes that the kernel takes for a client that does not read. */
  private static final int SEND_BUFFER_BYTES = 64 << 10;

  private final ActorSystem system;
  private final ServerLimits limits;
  private final Optional<ServerTls> tls;
  private final RequestHandler handler;
  private final ServerSettings settings;
  private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean isStopping;
  private volatile Tcp.ServerBinding binding;

  private HttpServer(
      ActorSystem system, ServerLimits limits, Optional<ServerTls> tls, RequestHandler handler) {
    this.system = system;
    this.limits = limits;
    this.tls = tls;
    this.handler = handler;
    ServerSettings defaults = ServerSettings.create(system);
    this.settings =
        defaults.withParserSettings(
            defaults.getParserSettings().withMaxContentLength(limits.maxBodyBytes()));
  }

  /**
   * Starts to listen.
   *
   * @param address port 0 for any free port
   * @param tls for encrypted connections; absent for plain ones
   * @return completes when the port is open; fails if it cannot be opened
   */
  public static CompletionStage<HttpServer> bind(
      ActorSystem system,
      InetSocketAddress address,
      ServerLimits limits,
      Optional<ServerTls> tls,
      RequestHandler handler) {
    HttpServer server = new HttpServer(system, limits, tls, handler);
    return Tcp.get(system)
        .bind(
            address.getHostString(),
            address.getPort(),
            BACKLOG,
            socketOptions(),
            true, // a connection's stage decides when its directions end
            Optional.<Duration>empty())
        .to(Sink.foreach(server::accept))
        .run(system)
        .thenApply(
            binding -> {
              server.binding = binding;
              return server;
            });
  }

  private static List<Inet.SocketOption> socketOptions() {
    return List.of(TcpSO.tcpNoDelay(true), TcpSO.sendBufferSize(SEND_BUFFER_BYTES));
  }

  /** The address that the server listens on. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /** The number of open connections. */
  public int numConnections() {
    return connections.size();
  }

  /**
   * Refuses new connections and ends the open ones: each after its current response, at the latest
   * when the time has passed.
   *
   * @return completes when all connections have ended
   */
  public CompletionStage<Void> stop(Duration timeout) {
    isStopping = true;
    binding.unbind();
    connections.forEach(connection -> connection.end(false));
    completeIfEnded();
    var deadline =
        system
            .scheduler()
            .scheduleOnce(
                timeout,
                () -> connections.forEach(connection -> connection.end(true)),
                system.dispatcher());
    return ended.whenComplete((_, _) -> deadline.cancel());
  }

  private void accept(Tcp.IncomingConnection incoming) {
    if (isStopping || connections.size() >= limits.maxConnections()) {
      incoming.handleWith(Flow.fromSinkAndSource(Sink.cancelled(), Source.empty()), system);
      return;
    }
    Optional<SSLEngine> engine = tls.map(ServerTls::engine);
    ClientConnection connection = new ClientConnection(() -> hasCurrentClient(engine));
    connections.add(connection);
    connection.whenClosed(() -> remove(connection));
    try {
      incoming.handleWith(protocol(connection, engine), system);
    } catch (RuntimeException e) {
      remove(connection);
      throw e;
    }
    if (isStopping) {
      connection.end(false);
    }
  }

  private boolean hasCurrentClient(Optional<SSLEngine> engine) {
    return engine.isEmpty() || tls.orElseThrow().hasCurrentClient(engine.get().getSession());
  }

  private void remove(ClientConnection connection) {
    connections.remove(connection);
    completeIfEnded();
  }

  private void completeIfEnded() {
    if (isStopping && connections.isEmpty()) {
      ended.complete(null);
    }
  }

  private Flow<ByteString, ByteString, NotUsed> protocol(
      ClientConnection connection, Optional<SSLEngine> engine) {
    BidiFlow<HttpResponse, SslTlsOutbound, SslTlsInbound, HttpRequest, NotUsed> http =
        Http.get(system).serverLayer(settings);
    BidiFlow<HttpResponse, ByteString, ByteString, HttpRequest, NotUsed> layers =
        http.atop(encryption(engine))
            .atop(BidiFlow.fromGraph(new ConnectionStage(connection, limits.idleTimeout())));
    return Flow.of(HttpRequest.class)
        .mapAsync(1, request -> answer(request, connection))
        .join(layers);
  }

  @SuppressWarnings("unchecked") // the bytes of a plain connection are inbound bytes of TLS's API
  private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>
      encryption(Optional<SSLEngine> engine) {
    if (engine.isPresent()) {
      return TLS.create(engine::get, TLSClosing.eagerClose());
    }
    BidiFlow<SslTlsOutbound, ByteString, ByteString, ? extends SslTlsInbound, NotUsed> plain =
        TLSPlacebo.getInstance();
    return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>) plain;
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request, ClientConnection connection) {
    connection.hold();
    return handler
        .handle(request, connection)
        .thenApply(
            response -> isStopping ? response.addHeader(Connection.create("close")) : response)
        .whenComplete((_, _) -> connection.release());
  }
}
