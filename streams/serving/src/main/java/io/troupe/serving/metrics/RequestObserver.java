package io.troupe.serving.metrics;

import io.troupe.protocols.sample.Completion;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import java.util.concurrent.TimeUnit;

/** Measures one request. Events come from one thread at a time. */
public final class RequestObserver {
  private final ServingMetrics metrics;
  private final long submittedNs = System.nanoTime();
  private long firstTokenNs;
  private long lastTokenNs;
  private long numTokens;

  RequestObserver(ServingMetrics metrics) {
    this.metrics = metrics;
  }

  /**
   * A token has been decoded.
   *
   * @param admittedNs {@link System#nanoTime} when its prompt joined the batch
   */
  public void onToken(int promptIndex, int sampleIndex, long admittedNs) {
    long now = System.nanoTime();
    if (firstTokenNs == 0) {
      metrics.queueTime.record(admittedNs - submittedNs, TimeUnit.NANOSECONDS);
      metrics.prefillTime.record(now - admittedNs, TimeUnit.NANOSECONDS);
      firstTokenNs = now;
      lastTokenNs = now;
      metrics.timeToFirstToken.record(now - submittedNs, TimeUnit.NANOSECONDS);
    } else if (promptIndex == 0 && sampleIndex == 0) {
      metrics.interTokenLatency.record(now - lastTokenNs, TimeUnit.NANOSECONDS);
      lastTokenNs = now;
    }
  }

  /** All completions of a prompt have ended. */
  public void onCompleted(RequestCompleted result) {
    int promptTokens = result.group().spec().prompt().tokenIds().length;
    metrics.promptTokens.increment(promptTokens);
    metrics.requestPromptTokens.record(promptTokens);
    for (Completion completion : result.group().completions()) {
      int length = completion.tokenIds().length;
      numTokens += length;
      metrics.generationTokens.increment(length);
      metrics.requestGenerationTokens.record(length);
      metrics.success(completion.finishReason()).increment();
    }
  }

  /** The request has ended. */
  public void onEnd() {
    long now = System.nanoTime();
    metrics.requestLatency.record(now - submittedNs, TimeUnit.NANOSECONDS);
    if (firstTokenNs != 0 && numTokens > 1) {
      metrics.decodeTime.record(now - firstTokenNs, TimeUnit.NANOSECONDS);
      metrics.timePerOutputToken.record(
          (now - firstTokenNs) / (numTokens - 1), TimeUnit.NANOSECONDS);
    }
  }

  /** The request has failed, by its deadline or an error of the decoder. */
  public void onFailure() {
    metrics.failures.increment();
  }

  /** Its client has left. */
  public void onCancel() {
    metrics.aborted.increment();
  }
}
