package io.troupe.tensor.backend;

/**
 * Computes on tensors. Results are written into tensors that the caller has made; shapes have been
 * checked by the caller ({@code io.troupe.tensor.autograd}), which also records gradients.
 *
 * <p>Every operation takes {@code FLOAT32} and {@code FLOAT64}, all floating operands of one call
 * in one type. Results depend on the operands alone, never on the number of threads.
 */
public interface Backend
    extends ElementwiseOps,
        ReductionOps,
        MatrixOps,
        NormOps,
        ConvolutionOps,
        PoolingOps,
        ChannelNormOps,
        IndexOps,
        AttentionOps,
        LossOps,
        OptimizerOps,
        AggregationOps,
        RecurrentOps,
        RandomOps,
        AutoCloseable {

  /** For logs and tables, such as "cpu (vector-512, 2 threads)". */
  String name();

  /** Stops its threads. */
  @Override
  void close();
}
