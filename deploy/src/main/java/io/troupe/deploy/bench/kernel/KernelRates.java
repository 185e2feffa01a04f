package io.troupe.deploy.bench.kernel;

import io.troupe.deploy.bench.kernel.KernelCase.Traffic;
import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.MachineLimits;
import io.troupe.deploy.bench.result.ReferenceLoop;
import io.troupe.deploy.bench.result.Timings;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.cpu.CpuBackend;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Measures kernels beside their limits: the rate of multiply-adds in registers, or the rate of
 * sequential reads of as much memory as the kernel's calls read in turn, whichever takes longer.
 */
public final class KernelRates {
  private static final int TURNS = 3;

  private static final int ROUNDS = 5;

  /** A kernel is warm if it has not become faster for this time. */
  private static final double PATIENCE_SECONDS = 0.25;

  private static final double LONGEST_WARM_UP_SECONDS = 3;

  private final Engine engine;
  private final ReferenceLoop reference;

  /** The rate of reading by the size of the buffer. */
  private final Map<Long, Double> readRates = new HashMap<>();

  /** Time for each kernel. */
  private final double secondsEach;

  /**
   * Kernels of an engine.
   *
   * @param engine with a {@link CpuBackend}
   * @param reference measures the rate of multiply-adds at about the time of each kernel, since the
   *     clock of a processor changes
   * @param secondsEach time for each kernel, warm-up excluded
   */
  public KernelRates(Engine engine, ReferenceLoop reference, double secondsEach) {
    this.engine = engine;
    this.reference = reference;
    this.secondsEach = secondsEach;
  }

  /** Receives results. */
  public interface Results {
    /** Receives one. */
    void accept(BenchResult result) throws Exception;
  }

  /**
   * Measures the kernels of a group whose title contains a text. Each of them runs before the first
   * measurement until it is steady, since the compilers would compete with it. The kernels are then
   * measured in turns, so that each meets the machine at several times, and has its operands at
   * several places in memory.
   */
  public void measure(KernelGroup group, String text, Results results) throws Exception {
    List<KernelCase> cases = group.cases().stream().filter(c -> c.title().contains(text)).toList();
    for (KernelCase c : cases) {
      run(c, KernelRates::warmUp);
    }
    Map<KernelCase, Timings> timings = new HashMap<>();
    for (int turn = 1; turn <= TURNS; turn++) {
      for (KernelCase c : cases) {
        timings.merge(c, run(c, this::turn), Timings::and);
        if (turn == TURNS) {
          results.accept(result(group, c, timings.get(c)));
        }
      }
    }
  }

  private static Timings warmUp(Runnable call) throws Exception {
    return Timings.untilSteady(PATIENCE_SECONDS, LONGEST_WARM_UP_SECONDS, call::run);
  }

  private Timings turn(Runnable call) throws Exception {
    return Timings.ofRounds(ROUNDS, secondsEach / TURNS, call::run);
  }

  /** Repeats a call. */
  private interface Measurement {
    Timings of(Runnable call) throws Exception;
  }

  private Timings run(KernelCase c, Measurement measurement) throws Exception {
    try (Scope weights = engine.longLived(c.title());
        Scope _ = engine.open(c.title())) {
      return measurement.of(c.prepare(engine, weights));
    }
  }

  private BenchResult result(KernelGroup group, KernelCase c, Timings timings) throws Exception {
    double arithmetic = 2 * c.multiplyAdds() / reference.recent().bestRate();
    Traffic traffic = c.traffic();
    double memory = traffic.bytes() == 0 ? 0 : traffic.bytes() / readRate(traffic);
    boolean readBound = memory > arithmetic;
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("group", group.toString());
    settings.putAll(c.settings());
    return new BenchResult(
        "kernels",
        c.title(),
        settings,
        readBound ? "GB" : "GFLOP",
        1e-9 * (readBound ? traffic.bytes() : 2 * c.multiplyAdds()),
        timings,
        OptionalDouble.of(Math.max(arithmetic, memory)),
        Map.of());
  }

  private double readRate(Traffic traffic) throws Exception {
    Double known = readRates.get(traffic.workingSetBytes());
    if (known != null) {
      return known;
    }
    double rate =
        MachineLimits.readRate(
            engine, ((CpuBackend) engine.device()).pool(), traffic.workingSetBytes());
    readRates.put(traffic.workingSetBytes(), rate);
    return rate;
  }
}
