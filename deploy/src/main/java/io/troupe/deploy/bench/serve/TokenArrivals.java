package io.troupe.deploy.bench.serve;

import java.util.Arrays;

/** Records when the parts of one completion arrive. Used by one thread. */
final class TokenArrivals {
  private final BenchClock clock;
  private final Runnable onToken;
  private final long startNs;
  private long[] timesNs = new long[16];
  private int count;

  /**
   * Starts the measurement.
   *
   * @param onToken is called after each arrival
   */
  TokenArrivals(BenchClock clock, Runnable onToken) {
    this.clock = clock;
    this.onToken = onToken;
    this.startNs = clock.nanoTime();
  }

  /** Records the arrival of a part: usually one token, and the tokens of one event in any case. */
  void arrived() {
    if (count == timesNs.length) {
      timesNs = Arrays.copyOf(timesNs, 2 * count);
    }
    timesNs[count++] = clock.nanoTime();
    onToken.run();
  }

  /** The number of parts so far. */
  int count() {
    return count;
  }

  /**
   * The latencies of the completion, of which at least one part has arrived.
   *
   * @param outputTokens number of tokens of the completion
   */
  Latency latency(int outputTokens) {
    double ttft = (timesNs[0] - startNs) * 1e-6;
    double e2el = (timesNs[count - 1] - startNs) * 1e-6;
    double[] itl = new double[count - 1];
    for (int i = 0; i < itl.length; i++) {
      itl[i] = (timesNs[i + 1] - timesNs[i]) * 1e-6;
    }
    double tpot = outputTokens > 1 ? (e2el - ttft) / (outputTokens - 1) : Double.NaN;
    return new Latency(ttft, tpot, itl, e2el);
  }

  /**
   * Latencies of a completion in milliseconds, defined as in {@code vllm bench serve}.
   *
   * @param ttft time to the first token
   * @param tpot mean time per token after the first; NaN if there is at most one token
   * @param itl times between arrivals
   * @param e2el time to the last arrival
   */
  record Latency(double ttft, double tpot, double[] itl, double e2el) {}
}
