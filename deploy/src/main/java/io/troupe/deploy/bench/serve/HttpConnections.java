package io.troupe.deploy.bench.serve;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * Connections to one HTTP/1.1 server, with one request at a time each. One thread reads and writes
 * them all, so that a load generator takes little from a server on the same machine. Thread-safe;
 * the caller closes it.
 */
final class HttpConnections implements AutoCloseable {
  private static final int MAX_CONNECT_MS = 60_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("load-http", true), NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final URI server;
  private final Duration timeout;
  private final Bootstrap bootstrap;
  private final ArrayDeque<Channel> idle = new ArrayDeque<>(); // used on the loop's thread alone

  /**
   * Opens nothing yet.
   *
   * @param server URL with scheme, host and port
   * @param timeout maximum time of one request
   */
  HttpConnections(URI server, Duration timeout) {
    this.server = server;
    this.timeout = timeout;
    Optional<SslContext> tls = server.getScheme().equals("https") ? tls() : Optional.empty();
    this.bootstrap =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.clamp(timeout.toMillis(), 1, MAX_CONNECT_MS))
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    tls.ifPresent(
                        context ->
                            channel
                                .pipeline()
                                .addLast(
                                    context.newHandler(channel.alloc(), server.getHost(), port())));
                    channel.pipeline().addLast(new HttpClientCodec());
                  }
                });
  }

  private static Optional<SslContext> tls() {
    try {
      return Optional.of(SslContextBuilder.forClient().build());
    } catch (SSLException e) {
      throw new IllegalStateException("the JVM must have a TLS provider", e);
    }
  }

  private int port() {
    int defaultPort = server.getScheme().equals("https") ? 443 : 80;
    return server.getPort() < 0 ? defaultPort : server.getPort();
  }

  /**
   * Sends a request. Some servers close a connection after a number of requests: if the server
   * closes one that was idle before without an answer, the request is sent again on another one.
   *
   * @param request makes the request, for each time that it is sent
   * @param answer gets the answer on the thread of the connections; fails if there is none
   */
  void send(Supplier<FullHttpRequest> request, HttpAnswer<?> answer) {
    loop.execute(
        () -> {
          Future<?> deadline =
              loop.schedule(() -> answer.expire(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
          answer.result().whenComplete((_, _) -> deadline.cancel(false));
          start(request, answer, true);
        });
  }

  private void start(Supplier<FullHttpRequest> request, HttpAnswer<?> answer, boolean mayRepeat) {
    Channel channel = idle.poll();
    while (channel != null && !channel.isActive()) {
      channel = idle.poll();
    }
    if (channel != null) {
      write(channel, request, answer, mayRepeat);
      return;
    }
    ChannelFuture connected = bootstrap.connect(server.getHost(), port());
    connected.addListener(
        _ -> {
          if (connected.isSuccess()) {
            write(connected.channel(), request, answer, mayRepeat);
          } else {
            answer.fail(notConnected(connected.cause()));
          }
        });
  }

  private IOException notConnected(Throwable cause) {
    return cause instanceof ConnectException
        ? new IOException(
            "--base-url must be a running endpoint, got "
                + server
                + ", which does not accept connections",
            cause)
        : new IOException("no connection to " + server + ": " + cause.getMessage(), cause);
  }

  private void write(
      Channel channel, Supplier<FullHttpRequest> request, HttpAnswer<?> answer, boolean mayRepeat) {
    Runnable onClosed =
        mayRepeat
            ? () -> start(request, answer, false)
            : () -> answer.fail(new IOException("the server closed the connection: no answer"));
    channel.pipeline().addLast(new AnswerHandler(answer, idle::push, onClosed));
    channel.writeAndFlush(request.get());
  }

  /** Closes the connections; requests that are open fail. Closing twice is harmless. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
  }
}
