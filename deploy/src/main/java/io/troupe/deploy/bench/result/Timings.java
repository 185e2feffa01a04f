package io.troupe.deploy.bench.result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Durations of the repetitions of a workload.
 *
 * @param seconds one for each repetition, ascending; at least one
 */
@SuppressWarnings("ArrayRecordComponent") // sorted once, read only
public record Timings(double[] seconds) {
  /** Maximum number of repetitions in a given time. */
  private static final int MOST = 500;

  /** A smaller gain of speed than this counts as none. */
  private static final double GAIN = 0.02;

  private static final double ROUND_SECONDS = 0.004;

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
    return of(seconds);
  }

  private static Timings of(List<Double> seconds) {
    return new Timings(seconds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * Repeats short work until it no longer becomes faster: the compilers are done with it.
   *
   * @param patienceSeconds ends after this time without a faster round
   * @param mostSeconds ends after this time
   * @return the means of short rounds
   */
  public static Timings untilSteady(double patienceSeconds, double mostSeconds, Work work)
      throws Exception {
    List<Double> seconds = new ArrayList<>();
    long begunNs = System.nanoTime();
    long fasterNs = begunNs;
    long nowNs;
    double best = Double.POSITIVE_INFINITY;
    do {
      double mean = round(work);
      seconds.add(mean);
      nowNs = System.nanoTime();
      if (mean < (1 - GAIN) * best) {
        best = mean;
        fasterNs = nowNs;
      }
    } while ((nowNs - fasterNs) * 1e-9 < patienceSeconds && (nowNs - begunNs) * 1e-9 < mostSeconds);
    return of(seconds);
  }

  private static double round(Work work) throws Exception {
    long startNs = System.nanoTime();
    double seconds = 0;
    for (int count = 1; ; count++) {
      work.run();
      seconds = (System.nanoTime() - startNs) * 1e-9;
      if (seconds >= ROUND_SECONDS) {
        return seconds / count;
      }
    }
  }

  /**
   * Runs short work for a given time, in rounds of several repetitions, so that reading the clock
   * does not count. A duration is the mean of a round.
   */
  public static Timings ofRounds(int rounds, double budgetSeconds, Work work) throws Exception {
    double once = of(2, 3, work).median();
    int each = (int) Math.max(1, Math.min(MOST, budgetSeconds / rounds / once));
    Timings timings = of(0, rounds, () -> repeat(each, work));
    return new Timings(Arrays.stream(timings.seconds).map(round -> round / each).toArray());
  }

  /** These durations and others of the same work. */
  public Timings and(Timings others) {
    return new Timings(
        DoubleStream.concat(Arrays.stream(seconds), Arrays.stream(others.seconds)).toArray());
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
