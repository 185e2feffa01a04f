package io.troupe.deploy.bench.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server on a free port that answers as scripted, and records the requests. */
public final class ScriptedServer implements AutoCloseable {
  /** Answers a request; the exchange is closed afterwards. */
  public interface Script {
    void answer(HttpExchange exchange, String body) throws IOException;
  }

  /** A request that arrived. */
  public record Received(String path, String authorization, String body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Received> received = new CopyOnWriteArrayList<>();

  public ScriptedServer(Script script) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(
                new Received(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    body));
            script.answer(exchange, body);
          }
        });
    server.start();
  }

  public String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public List<Received> received() {
    return received;
  }

  /** Sends a whole answer. */
  public static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Sends a stream of events, each with a flush. */
  public static void stream(HttpExchange exchange, List<String> events) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    for (String event : events) {
      out.write(event.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  /** The events of a completion of the given tokens, as vLLM sends them. */
  public static List<String> completion(int promptTokens, String... tokens) {
    List<String> events = new CopyOnWriteArrayList<>();
    for (int i = 0; i < tokens.length; i++) {
      String finish = i == tokens.length - 1 ? "\"length\"" : "null";
      events.add(
          "data: {\"choices\":[{\"index\":0,\"text\":\"%s\",\"finish_reason\":%s}],\"usage\":null}\n\n"
              .formatted(tokens[i], finish));
    }
    events.add(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d}}\n\n"
            .formatted(promptTokens, tokens.length));
    events.add("data: [DONE]\n\n");
    return events;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    threads.close();
  }
}
