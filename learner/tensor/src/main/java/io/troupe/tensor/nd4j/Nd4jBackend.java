package io.troupe.tensor.nd4j;

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
import org.nd4j.linalg.factory.Nd4j;

/**
 * The reference backend, which uses ND4J's operations only. Tests compare the CPU backend with it,
 * and an ND4J build for other hardware can run it.
 *
 * <p>Every result is computed in FLOAT64 and rounded once. Plain Java only computes indices and
 * selects tokens. The first instance in a process takes some seconds, because ND4J starts.
 */
public record Nd4jBackend(
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

  /** Starts ND4J if it is not running. */
  public Nd4jBackend() {
    this(
        new RecordedOperations(),
        new Nd4jElementwise(),
        new Nd4jReductions(),
        new Nd4jMatrices(),
        new Nd4jNorms(),
        new Nd4jChannelNorms(),
        new Nd4jConvolutions(),
        new Nd4jPooling(),
        new Nd4jIndexing(),
        new Nd4jAttention(),
        new Nd4jLosses(),
        new Nd4jSampling(),
        new Nd4jOptimizers(),
        new Nd4jRandom(),
        new Nd4jAggregation(),
        new Nd4jRecurrence());
  }

  @Override
  public String name() {
    return "nd4j (" + Nd4j.getBackend().getClass().getSimpleName() + ")";
  }

  /** Does nothing: the threads of ND4J belong to the process. */
  @Override
  public void close() {}
}
