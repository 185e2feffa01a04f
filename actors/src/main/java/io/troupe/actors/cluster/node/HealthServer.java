package io.troupe.actors.cluster.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Answers the probes of an orchestrator: {@code /alive}, {@code /ready}, and {@code /metrics} in
 * Prometheus's text format. The caller must close it.
 */
public final class HealthServer implements AutoCloseable {
  private static final int BACKLOG = 16;

  private final HttpServer server;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("troupe-health").factory());

  /**
   * Starts to answer.
   *
   * @param port on every address of this machine
   * @param isReady whether the node takes part in the run
   * @param metrics counters by name
   * @throws IOException if the port cannot be used
   */
  public HealthServer(int port, BooleanSupplier isReady, Supplier<Map<String, Long>> metrics)
      throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
    server.setExecutor(thread);
    server.createContext("/alive", exchange -> answer(exchange, 200, "alive\n"));
    server.createContext(
        "/ready",
        exchange -> {
          boolean ready = isReady.getAsBoolean();
          answer(exchange, ready ? 200 : 503, ready ? "ready\n" : "not ready\n");
        });
    server.createContext("/metrics", exchange -> answer(exchange, 200, text(metrics.get())));
    server.start();
  }

  private static String text(Map<String, Long> metrics) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(metrics)
        .forEach((name, value) -> text.append("troupe_%s %d%n".formatted(name, value)));
    return text.toString();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }
}
