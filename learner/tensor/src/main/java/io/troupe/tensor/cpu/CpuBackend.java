package io.troupe.tensor.cpu;

import io.troupe.tensor.backend.DelegatingBackend;

/**
 * The backend of the CPU: hands each family of operations to its class. Whoever makes it closes it;
 * closing twice is harmless.
 */
public final class CpuBackend extends DelegatingBackend {
  private final ComputePool pool;

  private CpuBackend(ComputePool pool) {
    super(
        new CpuElementwise(pool),
        new CpuReductions(pool),
        new CpuMatrices(pool),
        new CpuNorms(pool),
        new CpuConvolutions(pool),
        new CpuPooling(pool),
        new CpuChannelNorms(pool),
        new CpuIndexing(pool),
        new CpuAttention(pool),
        new CpuLosses(pool),
        new CpuOptimizers(pool),
        new CpuRandom(pool),
        new CpuAggregation(pool),
        new CpuRecurrence(pool));
    this.pool = pool;
  }

  /**
   * Starts a backend.
   *
   * @param threads threads that compute at once, the caller's included; 0 for one per core
   */
  public static CpuBackend create(int threads) {
    return new CpuBackend(
        new ComputePool(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads));
  }

  @Override
  public String name() {
    int threads = pool.threads();
    return "cpu (vector-"
        + VectorMath.SPECIES.vectorBitSize()
        + ", "
        + threads
        + (threads == 1 ? " thread)" : " threads)");
  }

  @Override
  public void close() {
    pool.close();
  }
}
