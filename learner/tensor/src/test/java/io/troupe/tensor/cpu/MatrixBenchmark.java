package io.troupe.tensor.cpu;

import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.products.CpuMatrices;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.memory.MemoryPool;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Measures matrix products, and compares them with the peak rate of one thread's multiply-adds in
 * registers and with OpenBLAS on the same memory. The two libraries run in alternate short rounds.
 * Each figure is the best round, to exclude the effect of other processes. With one thread it is
 * the CPU time of that thread.
 *
 * <p>Arguments: the number of threads (default: 1), and the tables to print: {@code cubes}, {@code
 * linear}, {@code backward}.
 */
public final class MatrixBenchmark {
  private static final int WARM_UP_PRODUCTS = 4_000;
  private static final int ROUNDS = 15;
  private static final int WARM_UP_ROUNDS = 10;
  private static final long ROUND_NANOS = 3_000_000;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();
  private static final int[] CUBES = {64, 256, 1024, 2048};
  private static final int[] ROWS = {1, 8, 32, 64, 512, 2048};
  private static final int[][] WEIGHTS = {
    {288, 288}, {288, 768}, {768, 288}, {288, 32000}, {128, 128}, {128, 512}, {512, 128}
  };

  private final int threads;
  private final CpuMatrices matrices;
  private float sink;

  private MatrixBenchmark(int threads, ComputePool pool) {
    this.threads = threads;
    this.matrices = new CpuMatrices(pool);
  }

  /** Prints the tables. */
  public static void main(String[] arguments) {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
    String tables = arguments.length > 1 ? arguments[1] : "cubes linear backward";
    openblas_nolapack.blas_set_num_threads(threads);
    try (ComputePool pool = new ComputePool(threads);
        MemoryPool memory = new MemoryPool()) {
      Engine engine = new Engine(CpuBackend.create(1), memory);
      MatrixBenchmark benchmark = new MatrixBenchmark(threads, pool);
      benchmark.warmUp(engine);
      benchmark.peak();
      if (tables.contains("cubes")) {
        for (int size : CUBES) {
          benchmark.matmul(engine, size, size, size, false);
        }
      }
      for (int[] weight : WEIGHTS) {
        for (int rows : ROWS) {
          if (tables.contains("linear")) {
            benchmark.linear(engine, rows, weight[0], weight[1]);
          }
          if (tables.contains("backward") && rows >= 512) {
            benchmark.matmul(engine, rows, weight[0], weight[1], false);
            benchmark.matmul(engine, weight[1], weight[0], rows, true);
          }
        }
      }
    }
  }

  /** Runs every kernel until the JIT compiler has compiled it. */
  private void warmUp(Engine engine) {
    try (Scope scope = engine.open("warm up")) {
      Tensor a = uniform(scope, 199, 199);
      Tensor out = uniform(scope, 199, 199);
      for (int i = 0; i < WARM_UP_PRODUCTS; i++) {
        matrices.matmul(out, a, i % 2 == 0, a, i % 3 == 0, false);
        matrices.matmul(out.rows(0, 7), a.rows(0, 7), false, a, false, false);
      }
    }
  }

  private void peak() {
    Runnable work = () -> sink += MultiplyAdds.run(2_000);
    for (int i = 0; i < 20; i++) {
      best(work, work);
    }
    double nanos = best(work, work)[0];
    System.out.printf(
        Locale.ROOT,
        "multiply-adds in registers, one thread: %.0f GFLOP/s; %d threads below%n"
            + "%-34s %10s %10s %8s %10s%n",
        MultiplyAdds.flops(2_000) / nanos,
        threads,
        "product",
        "us",
        "GFLOP/s",
        "GB/s",
        "OpenBLAS");
  }

  private void linear(Engine engine, int rows, int inFeatures, int outFeatures) {
    Scope weights = engine.longLived("weights");
    try (Scope scope = engine.open("benchmark")) {
      Tensor weight = uniform(weights, outFeatures, inFeatures);
      Tensor x = uniform(scope, rows, inFeatures);
      Tensor out = uniform(scope, rows, outFeatures);
      Runnable ours = () -> matrices.linear(out, x, weight, null);
      Runnable blas = () -> gemm(out, x, false, weight, true, rows, outFeatures, inFeatures);
      report("linear", rows, outFeatures, inFeatures, ours, blas);
    }
    weights.close();
  }

  private void matmul(Engine engine, int m, int n, int k, boolean transposeA) {
    try (Scope scope = engine.open("benchmark")) {
      Tensor a = transposeA ? uniform(scope, k, m) : uniform(scope, m, k);
      Tensor b = uniform(scope, k, n);
      Tensor out = uniform(scope, m, n);
      Runnable ours = () -> matrices.matmul(out, a, transposeA, b, false, false);
      Runnable blas = () -> gemm(out, a, transposeA, b, false, m, n, k);
      report(transposeA ? "matmul aT" : "matmul", m, n, k, ours, blas);
    }
  }

  private void report(String name, int m, int n, int k, Runnable ours, Runnable blas) {
    double[] nanos = best(ours, blas);
    double flops = 2.0 * m * n * k;
    System.out.printf(
        Locale.ROOT,
        "%-10s m=%-6d n=%-6d k=%-6d %9.1f %10.1f %8.1f %10.1f%n",
        name,
        m,
        n,
        k,
        nanos[0] / 1e3,
        flops / nanos[0],
        4.0 * ((double) n * k + (double) m * k + (double) m * n) / nanos[0],
        flops / nanos[1]);
  }

  private double[] best(Runnable first, Runnable second) {
    int firstRuns = runsPerRound(first);
    int secondRuns = runsPerRound(second);
    double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};
    for (int round = 0; round < ROUNDS; round++) {
      best[0] = Math.min(best[0], time(first, firstRuns));
      best[1] = Math.min(best[1], time(second, secondRuns));
    }
    return best;
  }

  /** Warms up, then returns the number of runs per round. */
  private int runsPerRound(Runnable work) {
    long start = now();
    int runs = 0;
    while (now() - start < WARM_UP_ROUNDS * ROUND_NANOS) {
      work.run();
      runs++;
    }
    return Math.max(1, runs / WARM_UP_ROUNDS);
  }

  private double time(Runnable work, int runs) {
    long start = now();
    for (int i = 0; i < runs; i++) {
      work.run();
    }
    return (now() - start) / (double) runs;
  }

  private long now() {
    return threads == 1 ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
  }

  private static void gemm(
      Tensor out, Tensor a, boolean transposeA, Tensor b, boolean transposeB, int m, int n, int k) {
    openblas.cblas_sgemm(
        openblas.CblasRowMajor,
        transposeA ? openblas.CblasTrans : openblas.CblasNoTrans,
        transposeB ? openblas.CblasTrans : openblas.CblasNoTrans,
        m,
        n,
        k,
        1f,
        new ExistingPointer(a.address()),
        transposeA ? m : k,
        new ExistingPointer(b.address()),
        transposeB ? k : n,
        0f,
        new ExistingPointer(out.address()),
        n);
  }

  /** A pointer to existing memory. */
  private static final class ExistingPointer extends FloatPointer {
    ExistingPointer(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  private static Tensor uniform(Scope scope, int... sizes) {
    Tensor tensor = Tensor.empty(scope, DType.FLOAT32, Shape.of(sizes));
    float[] elements = new float[Math.toIntExact(tensor.numel())];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = (i * 7919 % 2003 - 1001) / 1001f;
    }
    tensor.setFloats(elements);
    return tensor;
  }
}
