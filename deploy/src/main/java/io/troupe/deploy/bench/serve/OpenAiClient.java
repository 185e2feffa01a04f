package io.troupe.deploy.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Streams completions from a server with the OpenAI API, such as Troupe, vLLM or llama.cpp's. Works
 * over HTTP/1.1, with one connection per request in flight.
 */
final class OpenAiClient implements CompletionClient {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int MAX_BODY_BYTES = 1 << 20;
  private static final int MAX_REASON = 300;

  /** The message of HttpClient for a connection that was closed before the answer began. */
  private static final String NO_ANSWER = "received no bytes";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenAiApi api;
  private final Target target;
  private final HttpClient http;
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("load-deadlines").daemon().factory());

  /** A client. */
  OpenAiClient(OpenAiApi api, Target target) {
    this.api = api;
    this.target = target;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(target.timeout())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target.baseUrl() + "/" + path)).timeout(target.timeout());
    target.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    return request;
  }

  @Override
  public ServedModel firstModel() throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(request("v1/models").GET().build());
    try (InputStream in = response.body()) {
      String body = text(in);
      if (response.statusCode() != 200) {
        throw new IOException(reason(response.statusCode(), body));
      }
      JsonNode first = JSON.readTree(body).path("data").path(0);
      if (!first.path("id").isTextual()) {
        throw new IOException(
            "/v1/models must list a model, got " + excerpt(body) + "; set --model");
      }
      return new ServedModel(first.get("id").asText(), vocabSize(first));
    }
  }

  /** The field of Troupe, or of llama.cpp's server. */
  private static OptionalInt vocabSize(JsonNode model) {
    int size = model.path("vocab_size").asInt(model.path("meta").path("n_vocab").asInt());
    return size > 0 ? OptionalInt.of(size) : OptionalInt.empty();
  }

  private HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return sendAgainIfClosed(request);
    } catch (ConnectException e) {
      throw new IOException(
          "--base-url must be a running endpoint, got "
              + target.baseUrl()
              + ", which does not accept connections",
          e);
    }
  }

  /**
   * Sends a request, and sends it again if the server closed the connection, which was idle before,
   * without an answer: some servers close a connection after a number of requests.
   */
  private HttpResponse<InputStream> sendAgainIfClosed(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains(NO_ANSWER)) {
        return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      }
      throw e;
    }
  }

  @Override
  public Answer complete(String model, LoadRequest request, TokenArrivals tokens)
      throws IOException, InterruptedException {
    HttpRequest post =
        request(api.path())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(api.body(model, request)))
            .build();
    long startNs = System.nanoTime();
    HttpResponse<InputStream> response = send(post);
    AtomicBoolean late = new AtomicBoolean();
    try (InputStream in = response.body()) {
      long leftNs = target.timeout().toNanos() - (System.nanoTime() - startNs);
      Future<?> deadline =
          deadlines.schedule(() -> abandon(in, late), leftNs, TimeUnit.NANOSECONDS);
      try {
        return answer(response.statusCode(), in, request, tokens);
      } catch (IOException e) {
        throw late.get() ? timedOut(e) : e;
      } finally {
        deadline.cancel(false);
      }
    }
  }

  private static void abandon(InputStream in, AtomicBoolean late) {
    late.set(true);
    try {
      in.close();
    } catch (IOException e) {
      // the connection is closed in any case
    }
  }

  private IOException timedOut(IOException cause) {
    return new IOException(
        "the answer must end within " + target.timeout().toSeconds() + " s (--request-timeout)",
        cause);
  }

  private Answer answer(int status, InputStream in, LoadRequest request, TokenArrivals tokens)
      throws IOException {
    if (status == TOO_MANY_REQUESTS) {
      return new Answer.Rejected();
    }
    if (status != 200) {
      return new Answer.Failed(reason(status, text(in)));
    }
    return stream(new ServerSentEvents(in), request, tokens);
  }

  private Answer stream(ServerSentEvents events, LoadRequest request, TokenArrivals tokens)
      throws IOException {
    int input = request.promptIds().length;
    int output = -1;
    for (String data = events.next(); data != null; data = events.next()) {
      if (data.equals("[DONE]")) {
        return new Answer.Completed(input, output < 0 ? tokens.count() : output);
      }
      JsonNode event = JSON.readTree(data);
      if (event.has("error")) {
        return new Answer.Failed("error in the stream: " + message(event, data));
      }
      JsonNode choices = event.path("choices");
      if (!choices.isEmpty() && isArrival(choices.get(0), tokens)) {
        tokens.arrived();
        requireBounded(tokens.count(), request.maxTokens());
      }
      JsonNode usage = event.path("usage");
      input = usage.path("prompt_tokens").asInt(input);
      output = usage.path("completion_tokens").asInt(output);
    }
    throw new IOException("the stream must end with [DONE], got the end of the connection");
  }

  /** An event with the finish reason and no text is the first one if its tokens have no text. */
  private boolean isArrival(JsonNode choice, TokenArrivals tokens) {
    return api.hasToken(choice)
        || (tokens.count() == 0 && choice.path("finish_reason").isTextual());
  }

  private static void requireBounded(int numEvents, int maxTokens) throws IOException {
    if (numEvents > 2 * maxTokens + 16) {
      throw new IOException(
          "the answer must have at most " + maxTokens + " tokens, got " + numEvents + " events");
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readNBytes(MAX_BODY_BYTES), StandardCharsets.UTF_8);
  }

  private static String reason(int status, String body) {
    try {
      return "status " + status + ": " + message(JSON.readTree(body), body);
    } catch (IOException e) {
      return "status " + status + ": " + excerpt(body); // not JSON
    }
  }

  /** The message of OpenAI's error object, or the whole text. */
  private static String message(JsonNode answer, String text) {
    JsonNode error = answer.path("error");
    return excerpt(error.isTextual() ? error.asText() : error.path("message").asText(text));
  }

  private static String excerpt(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "…";
  }

  @Override
  public void close() {
    deadlines.shutdownNow();
    http.shutdownNow();
    http.close();
  }
}
