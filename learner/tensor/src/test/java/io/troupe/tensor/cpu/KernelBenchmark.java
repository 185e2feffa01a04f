package io.troupe.tensor.cpu;

import io.troupe.tensor.BinaryOp;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.UnaryOp;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.memory.Memory;
import io.troupe.tensor.random.Philox;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures the kernels that dominate training time, and the memory bandwidth of the process for
 * comparison. The argument is the number of threads. Prints the best and the median of many calls,
 * since other processes may run on the machine. With one thread it measures the CPU time of that
 * thread.
 */
final class KernelBenchmark {
  private final Backend backend;

  private final boolean oneThread;

  private KernelBenchmark(Backend backend, boolean oneThread) {
    this.backend = backend;
    this.oneThread = oneThread;
  }

  public static void main(String[] arguments) {
    int threads = arguments.length == 0 ? 0 : Integer.parseInt(arguments[0]);
    Backend backend = CpuBackend.create(threads);
    try (Engine engine = Engine.of(backend);
        Scope _ = engine.open("benchmark")) {
      System.out.println(backend.name());
      KernelBenchmark benchmark = new KernelBenchmark(backend, threads == 1);
      benchmark.memory();
      benchmark.elementwise();
      benchmark.rows();
      benchmark.losses();
      benchmark.movement();
    }
  }

  private static Tensor normal(int... sizes) {
    return Samples.normal(DType.FLOAT32, Shape.of(sizes), 1, 1);
  }

  /** Prints the best and the median time of a call, and the bytes it moves per second. */
  private void time(String name, long elements, long bytes, Runnable body) {
    long[] ns = new long[200];
    int runs = 0;
    long end = System.nanoTime() + 1_500_000_000L;
    for (int i = 0; i < 20; i++) {
      body.run();
    }
    while (runs < ns.length && (runs < 10 || System.nanoTime() < end)) {
      long start = now();
      body.run();
      ns[runs++] = now() - start;
    }
    Arrays.sort(ns, 0, runs);
    System.out.printf(
        Locale.ROOT,
        "%-34s best %9.1f us  median %9.1f us  %7.3f ns/element %6.1f GB/s%n",
        name,
        ns[0] / 1e3,
        ns[runs / 2] / 1e3,
        (double) ns[0] / elements,
        (double) bytes / ns[0]);
  }

  private long now() {
    return oneThread
        ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private void memory() {
    Tensor a = normal(16 << 20);
    Tensor b = normal(16 << 20);
    long bytes = a.sizeBytes();
    time("copy 64 MiB (bandwidth)", a.numel(), 2 * bytes, () -> backend.elementwise().copy(b, a));
    time(
        "copy 64 MiB, one thread",
        a.numel(),
        2 * bytes,
        () -> Memory.copy(b.address(), a.address(), bytes));
  }

  private void elementwise() {
    for (int n : new int[] {64, 1 << 20}) {
      Tensor a = normal(n);
      Tensor b = normal(n);
      Tensor out = normal(n);
      int repeat = n == 64 ? 1000 : 1;
      for (UnaryOp op :
          new UnaryOp[] {UnaryOp.EXP, UnaryOp.SILU, UnaryOp.GELU, UnaryOp.GELU_TANH}) {
        time(
            op + " " + n,
            (long) n * repeat,
            8L * n * repeat,
            () -> {
              for (int i = 0; i < repeat; i++) {
                backend.elementwise().unary(op, out, a);
              }
            });
      }
      time(
          "ADD " + n,
          (long) n * repeat,
          12L * n * repeat,
          () -> {
            for (int i = 0; i < repeat; i++) {
              backend.elementwise().binary(BinaryOp.ADD, out, a, b);
            }
          });
      time(
          "MUL number " + n,
          (long) n * repeat,
          8L * n * repeat,
          () -> {
            for (int i = 0; i < repeat; i++) {
              backend.elementwise().scalar(BinaryOp.MUL, out, a, 0.5);
            }
          });
    }
    int n = 1 << 20;
    Tensor a = normal(n);
    Tensor b = normal(n);
    Tensor c = normal(n);
    Tensor d = normal(n);
    Tensor e = normal(n);
    time(
        "GELU gradient 1M",
        n,
        16L * n,
        () -> backend.elementwise().unaryGrad(UnaryOp.GELU, d, a, b, c));
    time("swiglu 1M", n, 12L * n, () -> backend.elementwise().swiglu(c, a, b));
    time("swiglu gradient 1M", n, 20L * n, () -> backend.elementwise().swigluGrad(d, e, c, a, b));
    Tensor square = a.mul(a);
    time(
        "adamw 1M",
        n,
        28L * n,
        () -> backend.optimizer().adam(a, b, c, square, 1e-4, 0.9, 0.95, 1e-8, 0.1, true, 10, 1));
    time(
        "sgd with momentum 1M",
        n,
        20L * n,
        () -> backend.optimizer().sgd(a, b, c, 1e-9, 0.9, 0, 0.1, false, false, 1));
    time("dropout 1M", n, 8L * n, () -> backend.random().dropout(c, a, 0.1, Philox.of(1)));
    time("normal 1M", n, 4L * n, () -> backend.random().normal(c, Philox.of(1)));
    time("sumSquares 1M", n, 4L * n, () -> backend.reduction().sumSquares(b));
  }

  private void rows() {
    Tensor x = normal(1024, 1024);
    Tensor y = normal(1024, 1024);
    Tensor dx = normal(1024, 1024);
    long n = x.numel();
    time("softmax 1024x1024", n, 8 * n, () -> backend.reduction().softmax(y, x));
    time("softmax gradient 1024x1024", n, 12 * n, () -> backend.reduction().softmaxGrad(dx, x, y));
    time(
        "add row 1024x1024",
        n,
        8 * n,
        () -> backend.elementwise().binary(BinaryOp.ADD, y, x, x.slice(0)));
    Tensor rowSums = normal(1024, 1);
    time(
        "sum of rows 1024x1024",
        n,
        4 * n,
        () -> backend.reduction().reduce(io.troupe.tensor.backend.ReduceOp.SUM, rowSums, x));
    Tensor columnSums = normal(1024);
    time(
        "sum of columns 1024x1024",
        n,
        4 * n,
        () -> backend.reduction().reduce(io.troupe.tensor.backend.ReduceOp.SUM, columnSums, x));
    norms();
  }

  private void norms() {
    Tensor x = normal(2048, 288);
    Tensor y = normal(2048, 288);
    Tensor dx = normal(2048, 288);
    Tensor weight = normal(288);
    Tensor bias = normal(288);
    Tensor dWeight = normal(288);
    Tensor dBias = normal(288);
    Tensor mean = normal(2048);
    Tensor rstd = normal(2048);
    long n = x.numel();
    time(
        "layerNorm 2048x288",
        n,
        8 * n,
        () -> backend.normalization().layerNorm(y, mean, rstd, x, weight, bias, 1e-5));
    time(
        "layerNorm gradient 2048x288",
        n,
        12 * n,
        () -> backend.normalization().layerNormGrad(dx, dWeight, dBias, y, x, mean, rstd, weight));
    time(
        "rmsNorm 2048x288",
        n,
        8 * n,
        () -> backend.normalization().rmsNorm(y, rstd, x, weight, 1e-5));
    time(
        "rmsNorm gradient 2048x288",
        n,
        12 * n,
        () -> backend.normalization().rmsNormGrad(dx, dWeight, y, x, rstd, weight, false));
  }

  private void losses() {
    Tensor logits = normal(2048, 32_000);
    int[] ids = new int[2048];
    Arrays.setAll(ids, i -> 13 * i);
    Tensor targets = Tensor.of(ids);
    Tensor logProbs = normal(2048);
    Tensor lse = normal(2048);
    Tensor entropy = normal(2048);
    Tensor d = Tensor.full(DType.FLOAT32, Shape.of(2048), 1e-30);
    long n = logits.numel();
    time(
        "tokenLogProbs 2048x32000",
        n,
        4 * n,
        () -> backend.loss().tokenLogProbs(logProbs, lse, null, null, logits, targets, 1));
    time(
        "with entropy",
        n,
        4 * n,
        () -> backend.loss().tokenLogProbs(logProbs, lse, entropy, null, logits, targets, 1));
    Tensor out = Samples.like(logits);
    time(
        "tokenLogProbs gradient",
        n,
        8 * n,
        () -> backend.loss().tokenLogProbsGrad(out, d, null, logits, lse, targets, 1));
    Tensor one = logits.rows(0, 1);
    Tensor best = Tensor.of(new int[1]);
    time("argmax 1x32000", 32_000, 128_000, () -> backend.reduction().argmax(best, one));
  }

  private void movement() {
    Tensor x = normal(1024, 1024);
    Tensor y = normal(1024, 1024);
    long n = x.numel();
    time("transpose 1024x1024", n, 8 * n, () -> backend.indexing().permute(y, x, new int[] {1, 0}));
    Tensor heads = x.reshape(4, 256, 16, 64);
    time(
        "split heads 4x256x16x64",
        n,
        8 * n,
        () -> backend.indexing().permute(y, heads, new int[] {0, 2, 1, 3}));
    Tensor table = normal(32_000, 288);
    Tensor dTable = normal(32_000, 288);
    int[] ids = new int[2048];
    Arrays.setAll(ids, i -> 7919 * i % 32_000);
    Tensor tokens = Tensor.of(ids);
    Tensor rows = normal(2048, 288);
    time(
        "embedding 2048x288",
        rows.numel(),
        8 * rows.numel(),
        () -> backend.indexing().embedding(rows, table, tokens));
    time(
        "embedding gradient 2048x288",
        rows.numel(),
        12 * rows.numel(),
        () -> backend.indexing().embeddingGrad(dTable, rows, tokens));
    Tensor halves = Tensor.empty(DType.BFLOAT16, x.shape());
    time("to BFLOAT16 1M", n, 6 * n, () -> backend.elementwise().copy(halves, x));
    time("from BFLOAT16 1M", n, 6 * n, () -> backend.elementwise().copy(y, halves));
  }
}
