package io.troupe.tensor.cpu;

import io.troupe.tensor.Engine;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.KvPages;
import io.troupe.tensor.backend.KvRows;
import io.troupe.tensor.cpu.attention.CpuAttention;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.Lanes;
import io.troupe.tensor.memory.MemoryPool;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;

/**
 * Measures attention. Each figure is the best of many short rounds, to exclude the effect of other
 * processes. With one thread it is the CPU time of that thread. {@code attention_benchmark.py} in
 * the test resources prints the same table for PyTorch.
 *
 * <p>Argument: the number of threads (default: 1). GFLOP/s are based on four operations per query,
 * visible key and dimension in the forward pass and ten in the backward pass. GB/s count each
 * cached key and value once.
 */
public final class AttentionBenchmark {
  private static final int ROUNDS = 25;
  private static final long WARM_UP_NANOS = 1_500_000_000;
  private static final long ROUND_NANOS = 5_000_000;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private final int threads;
  private final CpuAttention attention;
  private float sink;

  private AttentionBenchmark(int threads, ComputePool pool) {
    this.threads = threads;
    this.attention = new CpuAttention(pool);
  }

  /** Prints the table. */
  public static void main(String[] arguments) {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1;
    try (ComputePool pool = new ComputePool(threads);
        MemoryPool memory = new MemoryPool()) {
      AttentionBenchmark benchmark = new AttentionBenchmark(threads, pool);
      Engine engine = new Engine(CpuBackend.create(1), memory);
      benchmark.read(engine);
      benchmark.train(engine, 16, 6, 6, 128, 48);
      benchmark.train(engine, 4, 6, 6, 512, 48);
      benchmark.train(engine, 8, 16, 16, 256, 64);
      benchmark.train(engine, 8, 16, 4, 256, 64);
      benchmark.decode(engine, 32, 6, 6, 256, 48);
      benchmark.decode(engine, 1, 6, 6, 1024, 48);
      benchmark.decode(engine, 64, 6, 6, 32, 48);
      benchmark.decode(engine, 32, 14, 2, 256, 64);
    }
  }

  /** Measures the memory read bandwidth of one thread. */
  private void read(Engine engine) {
    try (Scope _ = engine.open("benchmark")) {
      int bytes = 200 << 20;
      long address = Tensor.zeros(bytes / Float.BYTES).address();
      double nanos = best(() -> sink += sum(address, bytes));
      System.out.printf(Locale.ROOT, "reading memory, one thread: %.1f GB/s%n", bytes / nanos);
    }
  }

  private static float sum(long address, int bytes) {
    FloatVector a = FloatVector.zero(Lanes.SPECIES);
    FloatVector b = a;
    int step = Lanes.COUNT * Float.BYTES;
    for (int i = 0; i < bytes; i += 2 * step) {
      a = a.add(Lanes.load(address + i));
      b = b.add(Lanes.load(address + i + step));
    }
    return Lanes.sum(a.add(b));
  }

  private void train(Engine engine, int batch, int heads, int kvHeads, int time, int headDim) {
    try (Scope _ = engine.open("benchmark")) {
      int[] lengths = new int[batch];
      Arrays.fill(lengths, time);
      AttentionCase of =
          AttentionCase.random(PackedSequences.of(lengths), heads, kvHeads, headDim, 1);
      double pairs = (double) batch * heads * headDim * time * (time + 1) / 2;
      double forward = best(() -> of.forward(attention));
      double backward = best(() -> of.backward(attention));
      String name = "batch %d, heads %d:%d, time %d, headDim %d";
      System.out.printf(
          Locale.ROOT,
          "%-50s forward %8.3f ms %6.1f GFLOP/s  backward %8.3f ms %6.1f GFLOP/s%n",
          name.formatted(batch, heads, kvHeads, time, headDim),
          forward / 1e6,
          4 * pairs / forward,
          backward / 1e6,
          10 * pairs / backward);
    }
  }

  /** Decodes one token of each sequence, with more layers than fit in the CPU caches. */
  private void decode(Engine engine, int batch, int heads, int kvHeads, int time, int headDim) {
    int perSequence = (time + KvPages.PAGE_SIZE - 1) / KvPages.PAGE_SIZE;
    double bytes = 8.0 * batch * kvHeads * time * headDim;
    int layers = (int) Math.clamp(200e6 / bytes, 1, 12);
    try (Scope scope = engine.open("benchmark")) {
      KvPages pages = KvPages.allocate(scope, layers, batch * perSequence, kvHeads, headDim);
      Random random = new Random(1);
      pages.keys().setFloats(AttentionCase.normal(random, (int) pages.keys().numel()));
      pages.values().setFloats(AttentionCase.normal(random, (int) pages.values().numel()));
      Tensor q =
          Tensor.of(AttentionCase.normal(random, batch * heads * headDim), batch, heads, headDim);
      Tensor kv = Tensor.zeros(batch, kvHeads, headDim);
      Tensor out = Tensor.zeros(batch, heads, headDim);
      int[][] tables = new int[batch][];
      for (int i = 0; i < batch; i++) {
        tables[i] = IntStream.range(i * perSequence, (i + 1) * perSequence).toArray();
      }
      int[] position = new int[batch];
      Arrays.fill(position, time - 1);
      KvRows rows = new KvRows(tables, IntStream.range(0, batch).toArray(), position);
      double nanos =
          best(
                  () -> {
                    for (int layer = 0; layer < layers; layer++) {
                      attention.pagedAttention(out, q, kv, kv, null, pages, layer, rows, 0.125);
                    }
                  })
              / layers;
      System.out.printf(
          Locale.ROOT,
          "%-50s decoding %8.1f us %6.1f GB/s (%d layers)%n",
          "batch %d, heads %d:%d, cached %d, headDim %d"
              .formatted(batch, heads, kvHeads, time, headDim),
          nanos / 1e3,
          bytes / nanos,
          layers);
    }
  }

  private double best(Runnable work) {
    long start = now();
    int runs = 0;
    while (now() - start < WARM_UP_NANOS) {
      work.run();
      runs++;
    }
    int perRound = (int) Math.max(1, runs * ROUND_NANOS / WARM_UP_NANOS);
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      start = now();
      for (int i = 0; i < perRound; i++) {
        work.run();
      }
      best = Math.min(best, (now() - start) / (double) perRound);
    }
    return best;
  }

  private long now() {
    return threads == 1 ? CLOCK.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
