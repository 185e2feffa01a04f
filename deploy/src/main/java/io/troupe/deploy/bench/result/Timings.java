package io.troupe.deploy.bench.result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Durations of the repetitions of a workload.
 *
 * @param seconds one for each repetition, ascending; at least one
 */
@SuppressWarnings("ArrayRecordComponent") // sorted once, read only
public record Timings(double[] seconds) {
  /** Maximum number of repetitions in a given time. */
  private static final int MOST = 500;

  private static final int ROUNDS = 9;

  /** Sorts a copy. */
  public Timings {
    seconds = seconds.clone();
    Arrays.sort(seconds);
  }

  /** A workload. */
  public interface Work {
    /** Runs it once. */
    void run() throws Exception;
  }

  /** How often a workload is repeated. */
  public interface Plan {
    /** Runs it, and measures the repetitions that count. */
    Timings measure(Work work) throws Exception;
  }

  /** Runs {@code warmUps} unmeasured and {@code repeats} measured repetitions. */
  public static Timings of(int warmUps, int repeats, Work work) throws Exception {
    repeat(warmUps, work);
    double[] seconds = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    return new Timings(seconds);
  }

  /** Runs unmeasured repetitions. */
  public static void repeat(int times, Work work) throws Exception {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }

  /** Runs as many repetitions as fit into a time, from {@code least} to {@link #MOST}. */
  public static Timings during(double budgetSeconds, int least, Work work) throws Exception {
    List<Double> seconds = new ArrayList<>();
    long begunNs = System.nanoTime();
    while (seconds.size() < least
        || (seconds.size() < MOST && (System.nanoTime() - begunNs) * 1e-9 < budgetSeconds)) {
      long start = System.nanoTime();
      work.run();
      seconds.add((System.nanoTime() - start) * 1e-9);
    }
    return new Timings(seconds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * Runs short work for a given time, in rounds of several repetitions, so that reading the clock
   * does not count. A duration is the mean of a round.
   */
  public static Timings ofRounds(double budgetSeconds, Work work) throws Exception {
    double once = of(2, 3, work).median();
    int each = (int) Math.max(1, Math.min(MOST, budgetSeconds / ROUNDS / once));
    Timings rounds = of(0, ROUNDS, () -> repeat(each, work));
    return new Timings(Arrays.stream(rounds.seconds).map(round -> round / each).toArray());
  }

  /** The number of repetitions. */
  public int count() {
    return seconds.length;
  }

  /** The middle duration. */
  public double median() {
    return quantile(0.5);
  }

  /** The duration below which a share of the repetitions is, interpolated between neighbors. */
  public double quantile(double share) {
    double position = share * (seconds.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, seconds.length - 1);
    return seconds[below] + (position - below) * (seconds[above] - seconds[below]);
  }

  /** The shortest duration. */
  public double best() {
    return seconds[0];
  }

  /** The longest duration. */
  public double worst() {
    return seconds[seconds.length - 1];
  }
}
