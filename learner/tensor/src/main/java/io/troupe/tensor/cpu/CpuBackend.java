package io.troupe.tensor.cpu;

import io.troupe.tensor.TensorOperations;
import io.troupe.tensor.autograd.RecordedOperations;
import io.troupe.tensor.backend.AggregationOps;
import io.troupe.tensor.backend.AttentionOps;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.backend.ChannelNormOps;
import io.troupe.tensor.backend.ConvolutionOps;
import io.troupe.tensor.backend.ElementwiseOps;
import io.troupe.tensor.backend.IndexOps;
import io.troupe.tensor.backend.LossOps;
import io.troupe.tensor.backend.MatrixOps;
import io.troupe.tensor.backend.NormOps;
import io.troupe.tensor.backend.OptimizerOps;
import io.troupe.tensor.backend.PoolingOps;
import io.troupe.tensor.backend.RandomOps;
import io.troupe.tensor.backend.RecurrentOps;
import io.troupe.tensor.backend.ReductionOps;
import io.troupe.tensor.backend.SamplingOps;
import io.troupe.tensor.cpu.aggregation.CpuAggregation;
import io.troupe.tensor.cpu.attention.CpuAttention;
import io.troupe.tensor.cpu.convolution.CpuConvolutions;
import io.troupe.tensor.cpu.elementwise.CpuElementwise;
import io.troupe.tensor.cpu.indexing.CpuIndexing;
import io.troupe.tensor.cpu.losses.CpuLosses;
import io.troupe.tensor.cpu.norms.CpuChannelNorms;
import io.troupe.tensor.cpu.norms.CpuNorms;
import io.troupe.tensor.cpu.optimizers.CpuOptimizers;
import io.troupe.tensor.cpu.pooling.CpuPooling;
import io.troupe.tensor.cpu.products.CpuMatrices;
import io.troupe.tensor.cpu.random.CpuRandom;
import io.troupe.tensor.cpu.recurrence.CpuRecurrence;
import io.troupe.tensor.cpu.reductions.CpuReductions;
import io.troupe.tensor.cpu.sampling.CpuSampling;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.vectors.VectorMath;

/**
 * The CPU backend: one group of kernels per kind of operation, on a shared thread pool. The caller
 * of {@link #create} must close it; closing twice is harmless.
 *
 * @param pool the threads of all groups
 */
public record CpuBackend(
    ComputePool pool,
    TensorOperations operations,
    ElementwiseOps elementwise,
    ReductionOps reduction,
    MatrixOps products,
    NormOps normalization,
    ChannelNormOps channelNormalization,
    ConvolutionOps convolution,
    PoolingOps pooling,
    IndexOps indexing,
    AttentionOps attention,
    LossOps loss,
    SamplingOps sampling,
    OptimizerOps optimizer,
    RandomOps random,
    AggregationOps aggregation,
    RecurrentOps recurrence)
    implements Backend {

  /**
   * Starts a backend.
   *
   * @param threads number of threads that compute, including the calling thread; 0 for one per core
   */
  public static CpuBackend create(int threads) {
    ComputePool pool =
        new ComputePool(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    return new CpuBackend(
        pool,
        new RecordedOperations(),
        new CpuElementwise(pool),
        new CpuReductions(pool),
        new CpuMatrices(pool),
        new CpuNorms(pool),
        new CpuChannelNorms(pool),
        new CpuConvolutions(pool),
        new CpuPooling(pool),
        new CpuIndexing(pool),
        new CpuAttention(pool),
        new CpuLosses(pool),
        new CpuSampling(pool),
        new CpuOptimizers(pool),
        new CpuRandom(pool),
        new CpuAggregation(pool),
        new CpuRecurrence(pool));
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
