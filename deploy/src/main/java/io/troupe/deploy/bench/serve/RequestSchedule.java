package io.troupe.deploy.bench.serve;

import io.troupe.tensor.random.Philox;

/**
 * Arrival times of requests.
 *
 * @param requestRate mean number of arrivals per second, > 0; infinite: all arrive at once
 * @param seed of the intervals
 */
record RequestSchedule(double requestRate, long seed) {
  /** Separates the intervals from the prompts, which use the same seed. */
  private static final long STREAM = 1;

  /**
   * The arrival times of a Poisson process: intervals are independent, with an exponential
   * distribution.
   *
   * @return nanoseconds since the start, in ascending order; the first is 0
   */
  long[] arrivalsNs(int numRequests) {
    long[] arrivals = new long[numRequests];
    if (Double.isInfinite(requestRate)) {
      return arrivals;
    }
    Philox random = Philox.of(seed).derive(STREAM);
    double seconds = 0;
    for (int i = 1; i < numRequests; i++) {
      seconds -= Math.log1p(-random.uniform(i)) / requestRate;
      arrivals[i] = Math.round(seconds * 1e9);
    }
    return arrivals;
  }
}
