package io.troupe.deploy.bench.serve;

import io.troupe.deploy.view.Figures;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests and tokens while a load is in progress. Thread-safe. */
final class LoadProgress {
  private static final int BAR_WIDTH = 16;

  private final int numRequests;
  private final long lastArrivalNs;
  private final BenchClock clock;
  private final long startNs;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger rejected = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final LongAdder tokens = new LongAdder();

  /**
   * Starts the clock.
   *
   * @param lastArrivalNs time of the last arrival since the start, a minimum of the time left
   */
  LoadProgress(int numRequests, long lastArrivalNs, BenchClock clock) {
    this.numRequests = numRequests;
    this.lastArrivalNs = lastArrivalNs;
    this.clock = clock;
    this.startNs = clock.nanoTime();
  }

  void started() {
    running.incrementAndGet();
  }

  /** Counts an arrival as one token, until the completion has ended. */
  void token() {
    tokens.increment();
  }

  /**
   * Counts an outcome.
   *
   * @param numArrivals how often {@link #token} was called for the request
   */
  void ended(Outcome outcome, int numArrivals) {
    running.decrementAndGet();
    switch (outcome) {
      case Outcome.Completed(var _, int _, int outputTokens) ->
          tokens.add(outputTokens - numArrivals);
      case Outcome.Rejected _ -> rejected.incrementAndGet();
      case Outcome.Failed _ -> failed.incrementAndGet();
    }
    ended.incrementAndGet();
  }

  /** One line: requests, rates, rejections and failures if there are any, and the time left. */
  String line() {
    long elapsedNs = clock.nanoTime() - startNs;
    double seconds = Math.max(1e-9, elapsedNs * 1e-9);
    int done = ended.get();
    int full = numRequests == 0 ? 0 : (int) ((long) BAR_WIDTH * done / numRequests);
    StringBuilder line =
        new StringBuilder()
            .append("█".repeat(full))
            .append("░".repeat(BAR_WIDTH - full))
            .append(" %d/%d".formatted(done, numRequests))
            .append("  %d running".formatted(running.get()))
            .append("  %.1f req/s".formatted(done / seconds))
            .append("  %s tok/s".formatted(Figures.count(tokens.sum() / seconds)));
    appendCount(line, rejected.get(), "rejected");
    appendCount(line, failed.get(), "failed");
    if (done > 0) {
      line.append("  ").append(Figures.time(left(elapsedNs, done))).append(" left");
    }
    return line.toString();
  }

  private static void appendCount(StringBuilder line, int count, String name) {
    if (count > 0) {
      line.append("  ").append(count).append(' ').append(name);
    }
  }

  /** The requests left take as long as those before, but not less than the arrivals do. */
  private Duration left(long elapsedNs, int done) {
    long atThisRateNs = Math.round((double) elapsedNs / done * (numRequests - done));
    return Duration.ofNanos(
        Math.max(atThisRateNs, done == numRequests ? 0 : lastArrivalNs - elapsedNs));
  }
}
