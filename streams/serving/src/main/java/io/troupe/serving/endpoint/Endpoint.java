package io.troupe.serving.endpoint;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.DecodingLimits.PrefixCaching;
import io.troupe.rollout.pretrained.PublishedSettings;
import io.troupe.rollout.service.DecoderThread;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.DecodingService;
import io.troupe.rollout.service.DecodingStream;
import io.troupe.serving.endpoint.AdmissionGate.Reading;
import io.troupe.serving.endpoint.RefusedException.Reason;
import io.troupe.serving.health.Health;
import io.troupe.serving.health.Progress;
import io.troupe.serving.metrics.ServingMetrics;
import io.troupe.serving.model.ServedModel;
import io.troupe.serving.request.GenerationRequest;
import io.troupe.serving.request.SettingNames;
import io.troupe.serving.weights.WeightControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A served model: admits requests, decodes them in one batch, and measures them. The protocols are
 * in other modules. Thread-safe. The caller closes it, which stops running requests; {@link #drain}
 * lets them end first.
 */
public final class Endpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
  private static final Duration PASS_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);
  private static final int WARM_UP_TOKENS = 16;

  private enum State {
    STARTING,
    READY,
    DRAINING
  }

  private final ServedModel model;
  private final ServingConfig config;
  private final AdmissionGate gate;
  private final DecoderThread decoder;
  private final ServingMetrics metrics;
  private final WeightControl weights;
  private final PublishedSettings defaults;
  private final Progress progress = new Progress();
  private final ScheduledExecutorService timer = timer();
  private volatile State state = State.STARTING;

  /**
   * An endpoint that refuses requests until {@link #warmUp} has ended.
   *
   * @param model closed by the endpoint
   */
  public Endpoint(ServedModel model, ServingConfig config) {
    this.model = model;
    this.config = config;
    this.defaults = PublishedSettings.read(model.generationConfigJson());
    this.decoder =
        new DecoderThread(
            "troupe-decoder",
            model.policy().model(),
            model.tokenizer(),
            limits(model, config),
            CLOSE_TIMEOUT);
    this.gate = new AdmissionGate(config.load(), decoder.service().passTimes());
    this.metrics = new ServingMetrics(model.name(), model.config().maxPositionEmbeddings());
    metrics.watch(decoder.service()::statistics);
    metrics.watchVersion(() -> model.weights().version());
    this.weights =
        new WeightControl(
            model, decoder.service(), config.weightsRoot(), PASS_TIMEOUT, metrics::weightsUpdated);
  }

  /** The timer of deadlines; a deadline that is canceled leaves its queue at once. */
  static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("troupe-deadlines").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static DecodingLimits limits(ServedModel model, ServingConfig config) {
    var load = config.load();
    return new DecodingLimits(
        load.maxBatchSequences(),
        CacheSize.tokens(load, model.config()),
        load.maxPrefillTokens(),
        Math.multiplyExact(load.maxRequests() + 1, load.maxPrompts()),
        load.enablePrefixCaching() ? PrefixCaching.ON : PrefixCaching.OFF);
  }

  /**
   * Decodes a few tokens, so that kernels and caches exist before the first request, and admits
   * requests from then on.
   *
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void warmUp() throws InterruptedException {
    int room = model.config().maxPositionEmbeddings() - 1;
    if (room > 0) {
      Prompt prompt = new Prompt(0, "", new int[] {0}, Map.of(), "warm-up");
      GenerationConfig greedy = GenerationConfig.greedy(Math.min(WARM_UP_TOKENS, room));
      DecodingService service = decoder.service();
      try (DecodingStream stream =
          service.submit(DecodingRequest.of(0, prompt, greedy, Events.COMPLETIONS))) {
        service.await(stream.next(), PASS_TIMEOUT);
      }
    }
    state = State.READY;
  }

  /** The model. */
  public ServedModel model() {
    return model;
  }

  /** The settings. */
  public ServingConfig config() {
    return config;
  }

  /** The defaults of requests. */
  public PublishedSettings defaults() {
    return defaults;
  }

  /** The metrics. */
  public ServingMetrics metrics() {
    return metrics;
  }

  /** Replaces the weights. */
  public WeightControl weights() {
    return weights;
  }

  /**
   * Refuses a request before it is read, so that one that cannot be admitted costs as little as
   * possible. {@link #submit} decides: there may be no room any more by then.
   *
   * @throws RefusedException if the endpoint is busy, starting or stopping
   */
  public void requireRoom() {
    requireReady();
    try {
      gate.requireRoom();
    } catch (RefusedException e) {
      metrics.refused();
      throw e;
    }
  }

  /**
   * Admits a request and starts to decode it.
   *
   * @throws RefusedException if the endpoint is busy, starting or stopping; no work has been done
   * @throws IllegalArgumentException if the model or the limits do not allow the request
   */
  public Generation submit(GenerationRequest request) {
    return submit(request, config.load().outputBuffer());
  }

  /**
   * Admits a request and starts to decode it.
   *
   * @param outputBuffer maximum number of tokens that are decoded ahead of the reader; 0 to decode
   *     only what it asks for
   * @throws RefusedException if the endpoint is busy, starting or stopping; no work has been done
   * @throws IllegalArgumentException if the model or the limits do not allow the request
   */
  public Generation submit(GenerationRequest request, int outputBuffer) {
    requireReady();
    AdmissionGate.Place place;
    try {
      place =
          gate.enter(
              request.numPromptTokens(),
              request.numCompletions(),
              request.config().numBeams() > 1 || outputBuffer == 0
                  ? Reading.LATER
                  : Reading.AT_ONCE);
    } catch (RefusedException e) {
      metrics.refused();
      throw e;
    }
    List<DecodingStream> streams = new ArrayList<>();
    try {
      for (DecodingRequest decoding : request.decodingRequests()) {
        streams.add(decoder.service().submit(decoding));
      }
    } catch (RuntimeException e) {
      streams.forEach(DecodingStream::close);
      place.leave();
      throw e instanceof IllegalArgumentException invalid ? SettingNames.inFields(invalid) : e;
    }
    AnswerCheck check = new AnswerCheck(streams.getFirst().validator());
    Generation generation =
        new Generation(streams, place, progress, metrics.request(), check, outputBuffer);
    generation.start(timer, config.timeouts().request());
    return generation;
  }

  private void requireReady() {
    switch (state) {
      case STARTING ->
          throw new RefusedException(
              Reason.STARTING, "the endpoint is starting; try again later", RETRY_AFTER);
      case DRAINING ->
          throw new RefusedException(
              Reason.DRAINING, "the endpoint is stopping; use another one", RETRY_AFTER);
      case READY -> {}
    }
  }

  /** The health of the endpoint. */
  public Health health() {
    Optional<Throwable> failure = decoder.service().failure();
    if (failure.isPresent()) {
      return new Health.Failed(failure.get().getMessage());
    }
    Duration waited = progress.waited();
    if (waited.compareTo(config.timeouts().stall()) > 0) {
      return new Health.Stalled(waited);
    }
    return switch (state) {
      case STARTING -> new Health.Starting();
      case READY -> new Health.Ready();
      case DRAINING -> new Health.Draining();
    };
  }

  /** Number of admitted requests that have not ended. */
  public int numRequests() {
    return gate.numRequests();
  }

  /**
   * Refuses new requests and waits for the running ones.
   *
   * @return whether all have ended within the configured time
   * @throws InterruptedException if the calling thread is interrupted
   */
  public boolean drain() throws InterruptedException {
    state = State.DRAINING;
    boolean ended = gate.awaitEmpty(config.timeouts().drain());
    if (!ended) {
      LOG.warn(
          "{} requests have not ended within drain-timeout={} s and are canceled",
          gate.numRequests(),
          config.timeouts().drain().toSeconds());
    }
    return ended;
  }

  /** Stops decoding and releases the model. */
  @Override
  public void close() {
    state = State.DRAINING;
    timer.shutdownNow();
    weights.close();
    decoder.close();
    model.close();
  }
}
