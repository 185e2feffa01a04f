package io.troupe.deploy.bench.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Streams completions from a server with the OpenAI API, such as Troupe, vLLM or llama.cpp's. Works
 * over HTTP/1.1, with one connection per request in flight.
 */
final class OpenAiClient implements CompletionClient {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int MAX_REASON = 300;
  private static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OpenAiApi api;
  private final Target target;
  private final URI url;
  private final HttpConnections connections;

  /** A client. */
  OpenAiClient(OpenAiApi api, Target target) {
    this.api = api;
    this.target = target;
    this.url = URI.create(target.baseUrl());
    this.connections = new HttpConnections(url, target.timeout());
  }

  @Override
  public ServedModel firstModel() throws IOException, InterruptedException {
    ModelList list = new ModelList();
    connections.send(() -> request(HttpMethod.GET, "v1/models", new byte[0]), list);
    return list.await();
  }

  @Override
  public Answer complete(String model, LoadRequest request, TokenArrivals tokens)
      throws IOException, InterruptedException {
    byte[] body = api.body(model, request);
    Completion completion = new Completion(request, tokens);
    connections.send(() -> request(HttpMethod.POST, api.path(), body), completion);
    return completion.await();
  }

  private FullHttpRequest request(HttpMethod method, String path, byte[] body) {
    String base = url.getRawPath() == null ? "" : url.getRawPath();
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, method, base + "/" + path, Unpooled.wrappedBuffer(body));
    request.headers().set(HttpHeaderNames.HOST, url.getRawAuthority());
    target
        .apiKey()
        .ifPresent(key -> request.headers().set(HttpHeaderNames.AUTHORIZATION, "Bearer " + key));
    if (method.equals(HttpMethod.POST)) {
      request
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
          .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    return request;
  }

  /** The list of models. */
  private static final class ModelList extends HttpAnswer<ServedModel> {
    @Override
    void read(byte[] bytes, int length) {
      keep(bytes, length);
    }

    @Override
    ServedModel succeeded() throws IOException {
      JsonNode first = JSON.readTree(kept()).path("data").path(0);
      if (!first.path("id").isTextual()) {
        throw new IOException(
            "/v1/models must list a model, got " + excerpt(kept()) + "; set --model");
      }
      return new ServedModel(first.get("id").asText(), vocabSize(first));
    }

    /** The field of Troupe, or of llama.cpp's server. */
    private static OptionalInt vocabSize(JsonNode model) {
      int size = model.path("vocab_size").asInt(model.path("meta").path("n_vocab").asInt());
      return size > 0 ? OptionalInt.of(size) : OptionalInt.empty();
    }

    @Override
    ServedModel refused(int status, String body) throws IOException {
      throw new IOException(reason(status, body));
    }
  }

  /** A completion, as a stream of events. */
  private final class Completion extends HttpAnswer<Answer> {
    private final ServerSentEvents events = new ServerSentEvents(this::readEvent);
    private final LoadRequest request;
    private final TokenArrivals tokens;
    private int input;
    private int output = -1;
    private boolean isDone;

    Completion(LoadRequest request, TokenArrivals tokens) {
      this.request = request;
      this.tokens = tokens;
      this.input = request.promptIds().length;
    }

    @Override
    void read(byte[] bytes, int length) throws IOException {
      events.add(bytes, length);
    }

    private void readEvent(byte[] data, int length) throws IOException {
      if (isDone || isEnd(data, length)) {
        isDone = true;
        return;
      }
      JsonNode event = JSON.readTree(data, 0, length);
      if (event.has("error")) {
        complete(new Answer.Failed("error in the stream: " + message(event, event.toString())));
        return;
      }
      JsonNode choices = event.path("choices");
      if (!choices.isEmpty() && isArrival(choices.get(0))) {
        tokens.arrived();
        requireBounded(tokens.count(), request.maxTokens());
      }
      JsonNode usage = event.path("usage");
      input = usage.path("prompt_tokens").asInt(input);
      output = usage.path("completion_tokens").asInt(output);
    }

    private static boolean isEnd(byte[] data, int length) {
      return Arrays.equals(data, 0, length, DONE, 0, DONE.length);
    }

    /** An event with the finish reason and no text is the first one if its tokens have no text. */
    private boolean isArrival(JsonNode choice) {
      return api.hasToken(choice)
          || (tokens.count() == 0 && choice.path("finish_reason").isTextual());
    }

    @Override
    Answer succeeded() throws IOException {
      if (!isDone) {
        throw new IOException("the stream must end with [DONE], got the end of the connection");
      }
      return new Answer.Completed(input, output < 0 ? tokens.count() : output);
    }

    @Override
    Answer refused(int status, String body) {
      return status == TOO_MANY_REQUESTS
          ? new Answer.Rejected()
          : new Answer.Failed(reason(status, body));
    }
  }

  private static void requireBounded(int numEvents, int maxTokens) throws IOException {
    if (numEvents > 2 * maxTokens + 16) {
      throw new IOException(
          "the answer must have at most " + maxTokens + " tokens, got " + numEvents + " events");
    }
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
    connections.close();
  }
}
