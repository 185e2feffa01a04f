package io.troupe.streams.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.LogProbs;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.serving.ModelFolder;
import io.troupe.serving.access.ApiKeys;
import io.troupe.serving.access.Scope;
import io.troupe.serving.endpoint.Endpoint;
import io.troupe.serving.endpoint.Generation;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.GenerationRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** An endpoint with a small random model on a free port of this machine, and a client for it. */
final class RunningEndpoint implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  /** Uses only characters of the model's alphabet. */
  private static final String CHAT_TEMPLATE =
      "{% for t in tools or [] %}T{{ t.function.name }}{% endfor %}"
          + "{% for m in messages %}{{ m.role }}{{ m.content }}"
          + "{% for c in m.tool_calls or [] %}{{ c.function.name }}{{ c.function.arguments.x }}"
          + "{% endfor %}{% endfor %}"
          + "{% if add_generation_prompt %}assistant{% endif %}";

  final Endpoint endpoint;
  final HttpEndpoint http;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningEndpoint(Endpoint endpoint, HttpEndpoint http) {
    this.endpoint = endpoint;
    this.http = http;
  }

  /**
   * Starts an endpoint for everybody.
   *
   * @param folder for the model
   * @param settings of section {@code serving} in HOCON
   */
  static RunningEndpoint start(Path folder, String settings) throws InterruptedException {
    return start(folder, settings, ApiKeys.none(Set.of(Scope.values())));
  }

  /** Starts an endpoint. */
  static RunningEndpoint start(Path folder, String settings, ApiKeys keys)
      throws InterruptedException {
    Path model = model(folder);
    RunningEndpoint running = startCold(model, settings, keys);
    running.endpoint.warmUp();
    return running;
  }

  /** Starts an endpoint that is not ready, with a model that exists. */
  static RunningEndpoint startCold(Path model, String settings, ApiKeys keys)
      throws InterruptedException {
    return startCold(model, settings, keys, InstantSource.system(), Duration.ofSeconds(15));
  }

  /**
   * Starts an endpoint that is not ready.
   *
   * @param clock that certificates of clients expire by
   * @param pingInterval time without a token after which a stream sends a comment
   */
  static RunningEndpoint startCold(
      Path model, String settings, ApiKeys keys, InstantSource clock, Duration pingInterval)
      throws InterruptedException {
    ServingConfig config =
        ServingConfig.from(
            ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString("network.port = 0")));
    Endpoint endpoint = new Endpoint(ServedModel.load(model, "tiny", 1), config);
    try {
      return new RunningEndpoint(
          endpoint, HttpEndpoint.start(endpoint, keys, "1.2.3", clock, pingInterval));
    } catch (RuntimeException e) {
      endpoint.close();
      throw e;
    }
  }

  /** Writes the model of the tests. */
  static Path model(Path folder) {
    Path model = ModelFolder.write("llama3-untied", folder.resolve("tiny"));
    try {
      Files.writeString(model.resolve("chat_template.jinja"), CHAT_TEMPLATE);
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request whose reader stops after the first token. */
  Generation stalled() throws Exception {
    GenerationRequest request =
        new GenerationRequest(
            "stalled",
            "test",
            List.of(new Prompt(0, "", new int[] {5, 9}, Map.of())),
            GenerationConfig.greedy(50).withEosTokenIds(Set.of()),
            Events.TOKENS,
            SpecialTokenText.HIDDEN,
            LogProbs.NONE);
    Generation generation = endpoint.submit(request, 1);
    generation.next().toCompletableFuture().get(60, TimeUnit.SECONDS);
    return generation;
  }

  int port() {
    return http.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  /** Sends a JSON body. */
  HttpResponse<String> post(String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /**
   * Sends a JSON body, in which single quotes stand for double ones; returns a successful answer.
   */
  JsonNode ask(String path, String json) {
    HttpResponse<String> response = post(path, quoted(json));
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return read(response.body());
  }

  /** Sends a JSON body with quotes as in {@link #ask}; returns the error of the answer. */
  JsonNode refuse(int status, String path, String json) {
    HttpResponse<String> response = post(path, quoted(json));
    if (response.statusCode() != status) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    return read(response.body()).path("error");
  }

  /** The data of a stream's events, without the end mark, which must be there. */
  List<JsonNode> stream(String path, String json) {
    HttpResponse<String> response = post(path, quoted(json));
    if (response.statusCode() != 200) {
      throw new AssertionError(response.statusCode() + ": " + response.body());
    }
    List<String> data = data(response.body());
    if (!data.getLast().equals("[DONE]")) {
      throw new AssertionError("no end of " + response.body());
    }
    return data.subList(0, data.size() - 1).stream().map(RunningEndpoint::read).toList();
  }

  /** The data of events, whose framing is checked. */
  static List<String> data(String body) {
    List<String> data = new ArrayList<>();
    for (String event : body.split("\n\n")) {
      if (event.startsWith("data: ") && event.indexOf('\n') < 0) {
        data.add(event.substring("data: ".length()));
      } else if (!event.startsWith(": ")) {
        throw new AssertionError("not an event: " + event);
      }
    }
    return data;
  }

  static String quoted(String json) {
    return json.replace('\'', '"');
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  @Override
  public void close() {
    client.close();
    http.close();
    endpoint.close();
  }
}
