package io.troupe.nn.summary;

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

/**
 * A backend that computes nothing: it notes the operations of a prediction. Tensors keep the
 * contents that their memory has.
 *
 * @param trace takes the notes
 */
record CountingBackend(Trace trace) implements Backend {
  @Override
  public String name() {
    return "counting";
  }

  @Override
  public TensorOperations operations() {
    return new RecordedOperations();
  }

  @Override
  public ElementwiseOps elementwise() {
    return other(ElementwiseOps.class);
  }

  @Override
  public ReductionOps reduction() {
    return other(ReductionOps.class);
  }

  @Override
  public MatrixOps products() {
    return new CountedProducts(trace);
  }

  @Override
  public NormOps normalization() {
    return other(NormOps.class);
  }

  @Override
  public ChannelNormOps channelNormalization() {
    return other(ChannelNormOps.class);
  }

  @Override
  public ConvolutionOps convolution() {
    return new CountedConvolutions(trace);
  }

  @Override
  public PoolingOps pooling() {
    return new CountedPooling(trace);
  }

  @Override
  public IndexOps indexing() {
    return other(IndexOps.class);
  }

  @Override
  public AttentionOps attention() {
    return new CountedAttention(trace);
  }

  @Override
  public LossOps loss() {
    return other(LossOps.class);
  }

  @Override
  public SamplingOps sampling() {
    return other(SamplingOps.class);
  }

  @Override
  public OptimizerOps optimizer() {
    return other(OptimizerOps.class);
  }

  @Override
  public RandomOps random() {
    return other(RandomOps.class);
  }

  @Override
  public AggregationOps aggregation() {
    return other(AggregationOps.class);
  }

  @Override
  public RecurrentOps recurrence() {
    return new CountedRecurrence(trace);
  }

  private <T> T other(Class<T> operations) {
    return OtherOperations.of(operations, trace);
  }

  @Override
  public void close() {}
}
