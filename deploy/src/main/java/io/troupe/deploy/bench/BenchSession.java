package io.troupe.deploy.bench;

import io.troupe.actors.run.ResidentMemory;
import io.troupe.deploy.bench.result.Environment;
import io.troupe.deploy.bench.result.MachineLimits;
import io.troupe.deploy.bench.result.ReferenceLoop;
import io.troupe.deploy.bench.result.Report;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.cpu.threads.ComputePool;
import java.io.PrintWriter;

/**
 * What the benchmarks of one process share.
 *
 * @param threads number of compute threads
 * @param limits rates of the machine
 * @param report of the results
 * @param reference the reference loop
 * @param pool threads of the reference loop
 */
record BenchSession(
    int threads, MachineLimits limits, Report report, ReferenceLoop reference, ComputePool pool)
    implements AutoCloseable {

  /** Measures the machine, whose buffers are released, and prints the head of the report. */
  static BenchSession open(PrintWriter out, boolean json, int threads) throws Exception {
    Environment environment = Environment.current(threads);
    MachineLimits limits;
    try (Engine engine = Engine.of(CpuBackend.create(threads))) {
      limits = MachineLimits.measure(engine);
    }
    ComputePool pool = new ComputePool(threads);
    ReferenceLoop reference = new ReferenceLoop(pool);
    Report report = new Report(out, json, environment, limits, reference);
    report.begin();
    ResidentMemory.resetPeak();
    return new BenchSession(threads, limits, report, reference, pool);
  }

  /** A new engine with the threads of the benchmark. */
  Engine engine() {
    return Engine.of(CpuBackend.create(threads));
  }

  @Override
  public void close() {
    pool.close();
  }
}
