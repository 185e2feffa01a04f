package io.troupe.tensor.backend;

import io.troupe.tensor.Tensor;

/**
 * Normalization of channels: (batch, channels, positions). Weight and bias are (channels); both may
 * be null for 1 and 0.
 */
public interface ChannelNormOps {
  /**
   * The mean and the biased variance of each channel over batch and positions.
   *
   * @param mean (channels), written
   * @param variance (channels), written
   */
  void channelStatistics(Tensor mean, Tensor variance, Tensor x);

  /**
   * Batch normalization (arXiv:1502.03167) with given statistics: {@code (x - mean) / sqrt(variance
   * + eps) * weight + bias}.
   */
  void batchNorm(
      Tensor out, Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double eps);

  /**
   * Gradients of {@link #batchNorm}. {@code dx} is overwritten, {@code dWeight} and {@code dBias}
   * are added to; any of the three may be null.
   *
   * @param ofBatch whether the statistics are those of {@code x} itself and have gradients
   */
  void batchNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor weight,
      double eps,
      boolean ofBatch);

  /**
   * Group normalization (arXiv:1803.08494): each image's channels in equal groups, normalized over
   * their channels and positions.
   *
   * @param mean (batch, groups), written
   * @param rstd (batch, groups), written: 1 / sqrt(variance + eps), biased variance
   */
  void groupNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps);

  /**
   * Gradients of {@link #groupNorm}. {@code dx} is overwritten, {@code dWeight} and {@code dBias}
   * are added to; any of the three may be null.
   */
  void groupNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight);
}
