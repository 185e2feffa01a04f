package io.troupe.serving.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.rollout.service.DecodingStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of an endpoint, with the names and buckets of vLLM after the prefix {@code troupe_}.
 * Thread-safe.
 */
public final class ServingMetrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Tags model;
  private final List<Object> watched = new ArrayList<>(); // the registry has weak references

  final Timer timeToFirstToken;
  final Timer interTokenLatency;
  final Timer timePerOutputToken;
  final Timer requestLatency;
  final Timer queueTime;
  final Timer prefillTime;
  final Timer decodeTime;
  final DistributionSummary requestPromptTokens;
  final DistributionSummary requestGenerationTokens;
  final Counter promptTokens;
  final Counter generationTokens;
  final Counter aborted;
  final Counter failures;
  private final Counter stop;
  private final Counter length;
  private final Counter refused;
  private final Counter weightUpdates;

  /**
   * Metrics with the label {@code model_name}.
   *
   * @param maxTokens longest prompt or completion
   */
  public ServingMetrics(String modelName, int maxTokens) {
    model = Tags.of(Tag.of("model_name", modelName));
    timeToFirstToken =
        timer("time.to.first.token", "Time to the first token.", Buckets.FIRST_TOKEN);
    interTokenLatency =
        timer("inter.token.latency", "Time between two tokens.", Buckets.BETWEEN_TOKENS);
    timePerOutputToken =
        timer(
            "request.time.per.output.token",
            "Mean time per token after the first, by request.",
            Buckets.BETWEEN_TOKENS);
    requestLatency = timer("e2e.request.latency", "Time of a request.", Buckets.REQUEST);
    queueTime =
        timer("request.queue.time", "Time until a request joins the batch.", Buckets.REQUEST);
    prefillTime =
        timer("request.prefill.time", "Time from the batch to the first token.", Buckets.REQUEST);
    decodeTime =
        timer("request.decode.time", "Time from the first token to the last.", Buckets.REQUEST);
    requestPromptTokens = summary("request.prompt.tokens", "Tokens of a prompt.", maxTokens);
    requestGenerationTokens =
        summary("request.generation.tokens", "Tokens of a completion.", maxTokens);
    promptTokens = counter("prompt.tokens", "Tokens of the prompts.", Tags.empty());
    generationTokens = counter("generation.tokens", "Decoded tokens.", Tags.empty());
    stop = success("stop");
    length = success("length");
    aborted = success("abort");
    failures = success("error");
    refused = counter("request.refused", "Requests refused by admission.", Tags.empty());
    weightUpdates = counter("weight.updates", "Weight updates.", Tags.empty());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /** Publishes the state of the decoder. */
  public void watch(Supplier<DecodingStatistics> decoder) {
    watched.add(decoder);
    gauge("num.requests.running", "Completions in the batch.", decoder, s -> s.numRunning());
    gauge("num.requests.waiting", "Requests that wait for a place.", decoder, s -> s.numWaiting());
    gauge(
        "kv.cache.usage.perc",
        "Used part of the KV cache, from 0 to 1.",
        decoder,
        s -> s.numPages() == 0 ? 0 : (double) s.usedPages() / s.numPages());
    count(
        "prefix.cache.queries",
        "Prompt tokens that were looked up in the prefix cache.",
        decoder,
        s -> s.prefixQueryTokens());
    count(
        "prefix.cache.hits",
        "Prompt tokens that the prefix cache supplied.",
        decoder,
        s -> s.prefixHitTokens());
    count(
        "num.preemptions",
        "How often the pages of a request whose reader paused went to others.",
        decoder,
        s -> s.numPreemptions());
    count("forward.passes", "Forward passes.", decoder, s -> s.numPasses());
  }

  /** Publishes the version of the weights. */
  public void watchVersion(Supplier<Long> version) {
    watched.add(version);
    Gauge.builder("troupe.weights.version", version, Supplier::get)
        .description("Version of the weights.")
        .tags(model)
        .register(registry);
  }

  /** Begins to measure a request. */
  public RequestObserver request() {
    return new RequestObserver(this);
  }

  /** A request has been refused by admission. */
  public void refused() {
    refused.increment();
  }

  /** The weights have been replaced. */
  public void weightsUpdated() {
    weightUpdates.increment();
  }

  Counter success(FinishReason reason) {
    return switch (reason) {
      case FinishReason.LengthLimit _ -> length;
      case FinishReason.Cancelled _ -> aborted;
      default -> stop;
    };
  }

  /** All metrics in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  private Counter success(String finishedReason) {
    return counter(
        "request.success",
        "Ended completions by reason.",
        Tags.of(Tag.of("finished_reason", finishedReason)));
  }

  private Counter counter(String name, String description, Tags tags) {
    return Counter.builder("troupe." + name)
        .description(description)
        .tags(model.and(tags))
        .register(registry);
  }

  private Timer timer(String name, String description, Duration[] buckets) {
    return Timer.builder("troupe." + name)
        .description(description)
        .tags(model)
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  private DistributionSummary summary(String name, String description, int most) {
    return DistributionSummary.builder("troupe." + name)
        .description(description)
        .tags(model)
        .serviceLevelObjectives(Buckets.tokens(most))
        .register(registry);
  }

  private void gauge(
      String name,
      String description,
      Supplier<DecodingStatistics> decoder,
      ToDoubleFunction<DecodingStatistics> value) {
    Gauge.builder("troupe." + name, decoder, d -> value.applyAsDouble(d.get()))
        .description(description)
        .tags(model)
        .register(registry);
  }

  private void count(
      String name,
      String description,
      Supplier<DecodingStatistics> decoder,
      ToDoubleFunction<DecodingStatistics> value) {
    FunctionCounter.builder("troupe." + name, decoder, d -> value.applyAsDouble(d.get()))
        .description(description)
        .tags(model)
        .register(registry);
  }
}
