package io.troupe.tensor.backend;

import io.troupe.tensor.Device;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;

/**
 * The kernels of a device, grouped by kind. Results are written into tensors that the caller has
 * allocated. The caller ({@code io.troupe.tensor.autograd}) has checked shapes, and records
 * gradients.
 *
 * <p>Every operation takes {@code FLOAT32} and {@code FLOAT64}, all floating operands of one call
 * in one type. Results depend on the operands alone, never on the number of threads.
 */
public interface Backend extends Device {
  /** Returns the backend that computes on a tensor. */
  static Backend of(Tensor tensor) {
    return of(tensor.scope().engine());
  }

  /** Returns the backend of an engine. */
  static Backend of(Engine engine) {
    return (Backend) engine.device();
  }

  /** Operations on each element. */
  ElementwiseOps elementwise();

  /** Sums, maxima and softmax. */
  ReductionOps reduction();

  /** Matrix products. */
  MatrixOps products();

  /** Normalization over the innermost dimension. */
  NormOps normalization();

  /** Normalization over channels. */
  ChannelNormOps channelNormalization();

  /** Convolutions. */
  ConvolutionOps convolution();

  /** Pooling and resampling of images. */
  PoolingOps pooling();

  /** Operations that move elements. */
  IndexOps indexing();

  /** Attention, rotary positions and the key-value cache. */
  AttentionOps attention();

  /** Log-probabilities of tokens. */
  LossOps loss();

  /** Selection of tokens from logits. */
  SamplingOps sampling();

  /** Parameter updates. */
  OptimizerOps optimizer();

  /** Random tensors and dropout. */
  RandomOps random();

  /** Sums, maxima and softmax over the entries of sparse rows. */
  AggregationOps aggregation();

  /** Recurrent layers over whole sequences. */
  RecurrentOps recurrence();
}
