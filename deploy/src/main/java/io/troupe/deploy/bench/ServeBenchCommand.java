package io.troupe.deploy.bench;

import io.troupe.deploy.bench.serve.EndpointSettings;
import io.troupe.deploy.bench.serve.EndpointSettings.Backend;
import io.troupe.deploy.bench.serve.Goodput;
import io.troupe.deploy.bench.serve.LoadSettings;
import io.troupe.deploy.bench.serve.ServeBench;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Stack;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code troupe bench serve}. */
@Command(
    name = "serve",
    sortOptions = false,
    description = {
      "Measures latency and throughput of a running endpoint under load: troupe serve, or any"
          + " server with the OpenAI API.",
      "Prompts are random tokens. Requests arrive at random times (--request-rate), or as soon as"
          + " another one has ended (--max-concurrency without a rate). Latencies are defined as in"
          + " vllm bench serve, and --json uses its names."
    })
final class ServeBenchCommand implements Callable<Integer> {
  private static final String KEY_VARIABLE = "OPENAI_API_KEY";

  @Spec private CommandSpec spec;

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description =
          "The endpoint, without /v1 (default: http://127.0.0.1:8000, for Flight"
              + " grpc://127.0.0.1:8815).")
  private String baseUrl;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "openai",
      description =
          "Protocol: ${COMPLETION-CANDIDATES}. openai-chat sends a message with a random word per"
              + " token, the others token ids; flight-exchange sends all requests over one"
              + " DoExchange; engine decodes in this process, without a network (default:"
              + " ${DEFAULT-VALUE}).")
  private Backend backend;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "Name of the model (default: the first one of the endpoint); with --backend engine its"
              + " directory.")
  private String model;

  @Option(
      names = "--request-rate",
      paramLabel = "N",
      defaultValue = "inf",
      description =
          "Mean number of requests per second, at random intervals (Poisson). inf: all requests"
              + " arrive at once (default: ${DEFAULT-VALUE}).")
  private String requestRate;

  @Option(
      names = "--max-concurrency",
      paramLabel = "N",
      description =
          "Maximum number of requests in flight; other arrivals wait (default: all requests, at"
              + " most 10000).")
  private Integer maxConcurrency;

  @Option(
      names = "--num-prompts",
      paramLabel = "N",
      defaultValue = "100",
      description = "Number of requests (default: ${DEFAULT-VALUE}).")
  private int numPrompts;

  @Option(
      names = "--num-warmups",
      paramLabel = "N",
      defaultValue = "0",
      description = "Number of requests before these, which are not measured (default: 0).")
  private int numWarmups;

  @Option(
      names = "--random-input-len",
      paramLabel = "N",
      defaultValue = "32",
      description = "Tokens of a prompt (default: ${DEFAULT-VALUE}).")
  private int inputLen;

  @Option(
      names = "--random-prefix-len",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Tokens before these that all prompts share, for a prefix cache (default:"
              + " ${DEFAULT-VALUE}).")
  private int prefixLen;

  @Option(
      names = "--random-output-len",
      paramLabel = "N",
      defaultValue = "128",
      description = "Maximum number of tokens of a completion (default: ${DEFAULT-VALUE}).")
  private int outputLen;

  @Option(
      names = "--ignore-eos",
      description =
          "Continue after end-of-text tokens, so that each completion has its full length.")
  private boolean ignoreEos;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "Temperature of sampling. 0: greedy (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of arrivals, prompts and sampling (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--vocab-size",
      paramLabel = "N",
      description =
          "Random token ids are from 3 to N-1 (default: as the endpoint reports it, otherwise 64).")
  private Integer vocabSize;

  @Option(
      names = "--goodput",
      paramLabel = "METRIC:MS",
      parameterConsumer = Objectives.class,
      description =
          "Objectives, such as ttft:200 tpot:50: request_goodput counts the requests whose ttft,"
              + " tpot and e2el do not exceed them.")
  private List<String> objectives = new ArrayList<>();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "File with an API key, such as that of troupe serve (default: the environment variable "
              + KEY_VARIABLE
              + ").")
  private Path apiKeyFile;

  @Option(
      names = "--request-timeout",
      paramLabel = "S",
      defaultValue = "600",
      description = "Maximum time of one request in seconds (default: ${DEFAULT-VALUE}).")
  private long timeoutSeconds;

  @Option(
      names = "--batch-milliseconds",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "For Flight: the endpoint sends tokens every N ms. 0: each token at once (default:"
              + " ${DEFAULT-VALUE}).")
  private int batchMilliseconds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** Takes the arguments up to the next option. */
  static final class Objectives implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
      List<String> objectives = new ArrayList<>();
      while (!arguments.isEmpty() && !arguments.peek().startsWith("-")) {
        objectives.add(arguments.pop());
      }
      if (objectives.isEmpty()) {
        throw new ParameterException(
            command.commandLine(), "--goodput must be followed by METRIC:MS, got nothing");
      }
      option.setValue(objectives);
    }
  }

  @Override
  public Integer call() throws Exception {
    ServeBench bench;
    try {
      bench = new ServeBench(endpoint(), load(), Goodput.parse(objectives));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    boolean answered = bench.report(spec.commandLine().getOut(), spec.commandLine().getErr(), json);
    return answered ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private EndpointSettings endpoint() throws IOException {
    require(
        timeoutSeconds >= 1 && timeoutSeconds <= 86_400,
        "--request-timeout",
        "from 1 to 86400",
        timeoutSeconds);
    require(vocabSize == null || vocabSize > 3, "--vocab-size", "4 or more", vocabSize);
    require(
        batchMilliseconds >= 0 && batchMilliseconds <= 10_000,
        "--batch-milliseconds",
        "from 0 to 10000",
        batchMilliseconds);
    return new EndpointSettings(
        backend,
        url(),
        Optional.ofNullable(model),
        vocabSize == null ? OptionalInt.empty() : OptionalInt.of(vocabSize),
        apiKey(System.getenv()),
        Duration.ofSeconds(timeoutSeconds),
        batchMilliseconds);
  }

  private String url() {
    if (backend == Backend.ENGINE) {
      require(baseUrl == null, "--base-url", "absent with --backend engine", baseUrl);
      require(model != null, "--model", "the directory of a model with --backend engine", "none");
      return backend.defaultUrl();
    }
    String url = baseUrl == null ? backend.defaultUrl() : baseUrl;
    String trimmed = url.replaceFirst("/+$", "").replaceFirst("/v1$", "");
    boolean valid;
    try {
      URI uri = URI.create(trimmed);
      valid = backend.schemes().contains(uri.getScheme()) && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      valid = false;
    }
    require(valid, "--base-url", String.join(" or ", backend.schemes()) + "://HOST:PORT", url);
    return trimmed;
  }

  private Optional<String> apiKey(Map<String, String> environment) throws IOException {
    return apiKeyFile != null
        ? Optional.of(EndpointSettings.apiKey(apiKeyFile))
        : Optional.ofNullable(environment.get(KEY_VARIABLE)).filter(key -> !key.isBlank());
  }

  private LoadSettings load() {
    int concurrency =
        maxConcurrency == null
            ? Math.clamp(numPrompts, 1, LoadSettings.MAX_CONCURRENCY)
            : maxConcurrency;
    return new LoadSettings(
        numPrompts,
        numWarmups,
        rate(),
        concurrency,
        inputLen,
        prefixLen,
        outputLen,
        temperature,
        ignoreEos,
        seed);
  }

  private double rate() {
    if (requestRate.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    try {
      return Double.parseDouble(requestRate);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--request-rate must be > 0, or inf, got " + requestRate, e);
    }
  }

  private static void require(boolean holds, String option, String expected, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + expected + ", got " + value);
    }
  }
}
