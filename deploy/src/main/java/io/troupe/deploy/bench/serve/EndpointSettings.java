package io.troupe.deploy.bench.serve;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The endpoint of a benchmark.
 *
 * @param backend the protocol
 * @param baseUrl URL without the path of the API
 * @param model name of the model; empty: the first one of the endpoint
 * @param vocabSize number of token ids; empty: as the endpoint reports it
 * @param apiKey bearer token
 * @param timeout maximum time of one request
 * @param batchMilliseconds of Flight: period at which rows are sent; 0: each token at once
 */
public record EndpointSettings(
    Backend backend,
    String baseUrl,
    Optional<String> model,
    OptionalInt vocabSize,
    Optional<String> apiKey,
    Duration timeout,
    int batchMilliseconds) {
  private static final int MAX_KEY_BYTES = 4096;

  /** Vocabulary of an endpoint that does not report one: its ids are valid in nearly any model. */
  static final int SMALLEST_VOCABULARY = 64;

  /**
   * The first key of a file: a line with the key, or with a name and the key, as in the file of
   * {@code troupe serve}. Empty lines and lines that begin with {@code #} are skipped.
   */
  public static String apiKey(Path file) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_KEY_BYTES);
    } catch (IOException e) {
      throw new IllegalArgumentException("--api-key-file must be a readable file, got " + file, e);
    }
    String key =
        new String(bytes, StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .findFirst()
            .map(line -> line.split("\\s+", 3))
            .map(words -> words[Math.min(1, words.length - 1)])
            .orElse("");
    if (key.isEmpty()) {
      throw new IllegalArgumentException("--api-key-file must contain a key, got none in " + file);
    }
    return key;
  }

  /** The protocol of an endpoint. */
  public enum Backend {
    /** {@code /v1/completions} with token ids. */
    OPENAI("openai"),
    /** {@code /v1/chat/completions}. */
    OPENAI_CHAT("openai-chat"),
    /** DoGet of Arrow Flight for each request, with token ids. */
    FLIGHT("flight"),
    /** One DoExchange of Arrow Flight for all requests, with token ids. */
    FLIGHT_EXCHANGE("flight-exchange"),
    /** No protocol: an endpoint in this process, which loads the model from its directory. */
    ENGINE("engine");

    private final String id;

    Backend(String id) {
      this.id = id;
    }

    /** The address at which {@code troupe serve} listens by default. */
    public String defaultUrl() {
      return switch (this) {
        case OPENAI, OPENAI_CHAT -> "http://127.0.0.1:8000";
        case FLIGHT, FLIGHT_EXCHANGE -> "grpc://127.0.0.1:8815";
        case ENGINE -> "this process";
      };
    }

    /** The schemes of a base URL. */
    public List<String> schemes() {
      return switch (this) {
        case OPENAI, OPENAI_CHAT -> List.of("http", "https");
        case FLIGHT, FLIGHT_EXCHANGE -> List.of("grpc", "grpc+tls");
        case ENGINE -> List.of();
      };
    }

    /** The name on the command line. */
    @Override
    public String toString() {
      return id;
    }
  }

  /** An open connection, with what it reports of its model. */
  record Connection(CompletionClient client, String model, int vocabSize) {}

  /**
   * Connects, and asks the endpoint for what is not set.
   *
   * @param numStreams number of concurrent requests
   */
  Connection connect(int numStreams) throws IOException, InterruptedException {
    CompletionClient client = client(new Target(baseUrl, apiKey, timeout), numStreams);
    try {
      String name = model.orElse("");
      OptionalInt vocabulary = vocabSize;
      if (model.isEmpty() || vocabSize.isEmpty()) {
        ServedModel first = client.firstModel();
        name = model.orElse(first.id());
        vocabulary = vocabSize.isPresent() ? vocabSize : first.vocabSize();
      }
      return new Connection(client, name, vocabulary.orElse(SMALLEST_VOCABULARY));
    } catch (IOException | InterruptedException | RuntimeException e) {
      client.close();
      throw e;
    }
  }

  private CompletionClient client(Target target, int numStreams) throws InterruptedException {
    return switch (backend) {
      case OPENAI -> new OpenAiClient(OpenAiApi.COMPLETIONS, target);
      case OPENAI_CHAT -> new OpenAiClient(OpenAiApi.CHAT, target);
      case FLIGHT -> new FlightBackend(target, numStreams, batchMilliseconds);
      case FLIGHT_EXCHANGE -> new FlightExchangeBackend(target, numStreams, batchMilliseconds);
      case ENGINE -> new EngineBackend(Path.of(model.orElseThrow()), timeout);
    };
  }
}
