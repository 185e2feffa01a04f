package io.troupe.deploy.bench.result;

import io.troupe.tensor.cpu.MultiplyAdds;
import io.troupe.tensor.cpu.threads.ComputePool;
import java.util.concurrent.atomic.DoubleAdder;

/**
 * A loop of fixed work, multiply-adds in registers on every thread of a pool. Its best rate is the
 * limit of arithmetic; the variation of its median between two measurements is the noise of the
 * machine.
 */
public final class ReferenceLoop {
  private static final int STEPS = 100_000;
  private static final int PARTS_PER_THREAD = 4;

  /** Calls before the first measurement: the JIT compiler compiles the loop meanwhile. */
  private static final int WARM_UPS = 40;

  private static final int ROUNDS = 15;

  private final ComputePool pool;
  private final DoubleAdder sink = new DoubleAdder();
  private boolean warm;
  private Rate last;
  private long lastNs;

  /** A loop on the threads of a pool. */
  public ReferenceLoop(ComputePool pool) {
    this.pool = pool;
  }

  /**
   * The rate of some rounds.
   *
   * @param flops of a round
   * @param timings of the rounds
   */
  public record Rate(double flops, Timings timings) {
    /** Operations per second in the fastest round. */
    public double bestRate() {
      return flops / timings.best();
    }

    /** Operations per second in the median round. */
    public double medianRate() {
      return flops / timings.median();
    }
  }

  /** The last measurement if it is younger than a second, otherwise a new one. */
  public Rate recent() throws Exception {
    return last != null && System.nanoTime() - lastNs < 1_000_000_000 ? last : measure();
  }

  /** Measures for some tens of milliseconds. */
  public Rate measure() throws Exception {
    int parts = PARTS_PER_THREAD * pool.threads();
    Timings timings =
        Timings.of(
            warm ? 1 : WARM_UPS,
            ROUNDS,
            () -> pool.run(parts, _ -> sink.add(MultiplyAdds.run(STEPS))));
    warm = true;
    if (!Double.isFinite(sink.sum())) {
      throw new IllegalStateException("the reference loop must stay finite, got " + sink.sum());
    }
    last = new Rate((double) parts * MultiplyAdds.flops(STEPS), timings);
    lastNs = System.nanoTime();
    return last;
  }
}
