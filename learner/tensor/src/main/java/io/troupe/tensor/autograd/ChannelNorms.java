package io.troupe.tensor.autograd;

import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;

/** Batch and group normalization with their gradients. */
public final class ChannelNorms {
  private ChannelNorms() {}

  /**
   * The mean and the biased variance of each channel; not recorded.
   *
   * @param mean (channels)
   * @param variance (channels)
   */
  public record Statistics(Tensor mean, Tensor variance) {

    /** The statistics of {@code x} (batch, channels, ...). */
    public static Statistics of(Tensor x) {
      requireChannels("batchNorm", x);
      Tensor mean = Tensor.empty(x.dtype(), Shape.of(x.size(1)));
      Tensor variance = Tensor.empty(x.dtype(), mean.shape());
      Backend.of(x).channelNormalization().channelStatistics(mean, variance, planes(x));
      return new Statistics(mean, variance);
    }
  }

  /**
   * Batch normalization (arXiv:1502.03167).
   *
   * @param x (batch, channels, ...)
   * @param statistics the mean and variance to normalize with
   * @param ofBatch whether the statistics are those of {@code x} and have gradients
   * @param weight (channels), or null
   * @param bias (channels), or null
   */
  public static Tensor batchNorm(
      Tensor x, Statistics statistics, boolean ofBatch, Tensor weight, Tensor bias, double eps) {
    requireChannels("batchNorm", x);
    requireSizes("batchNorm", x, statistics.mean(), weight, bias);
    Tensor mean = statistics.mean();
    Tensor variance = statistics.variance();
    Tensor out = Tensor.empty(x.dtype(), x.shape());
    Backend.of(out)
        .channelNormalization()
        .batchNorm(planes(out), planes(x), mean, variance, weight, bias, eps);
    return Node.record(
        "batchNorm",
        out,
        Saved.of(x, mean, variance, weight),
        (gradient, inputs) -> {
          Tensor dx = inputs.needed(0) ? Tensor.empty(x.dtype(), x.shape()) : null;
          Backend.of(out)
              .channelNormalization()
              .batchNormGrad(
                  planes(dx),
                  inputs.buffer(1),
                  inputs.buffer(2),
                  planes(gradient),
                  planes(x),
                  mean,
                  variance,
                  weight,
                  eps,
                  ofBatch);
          if (dx != null) {
            inputs.add(0, dx);
          }
        },
        x,
        weight,
        bias);
  }

  /**
   * Group normalization (arXiv:1803.08494).
   *
   * @param x (batch, channels, ...)
   * @param weight (channels), or null
   * @param bias (channels), or null
   */
  public static Tensor groupNorm(Tensor x, int groups, Tensor weight, Tensor bias, double eps) {
    requireChannels("groupNorm", x);
    requireSizes("groupNorm", x, weight, bias);
    if (groups < 1 || x.size(1) % groups != 0) {
      throw new ShapeException(
          "channels of groupNorm must be a multiple of the "
              + groups
              + " groups, got "
              + x.size(1));
    }
    Tensor out = Tensor.empty(x.dtype(), x.shape());
    Tensor mean = Tensor.empty(x.dtype(), Shape.of(x.size(0), groups));
    Tensor rstd = Tensor.empty(x.dtype(), mean.shape());
    Backend.of(out)
        .channelNormalization()
        .groupNorm(planes(out), mean, rstd, planes(x), weight, bias, eps);
    return Node.record(
        "groupNorm",
        out,
        Saved.of(x, mean, rstd, weight),
        (gradient, inputs) -> {
          Tensor dx = inputs.needed(0) ? Tensor.empty(x.dtype(), x.shape()) : null;
          Backend.of(out)
              .channelNormalization()
              .groupNormGrad(
                  planes(dx),
                  inputs.buffer(1),
                  inputs.buffer(2),
                  planes(gradient),
                  planes(x),
                  mean,
                  rstd,
                  weight);
          if (dx != null) {
            inputs.add(0, dx);
          }
        },
        x,
        weight,
        bias);
  }

  /** (batch, channels, positions) without recording; null stays null. */
  private static Tensor planes(Tensor x) {
    return x == null
        ? null
        : x.view(
            0, Shape.of(x.size(0), x.size(1), Math.toIntExact(x.shape().product(2, x.rank()))));
  }

  private static void requireChannels(String operation, Tensor x) {
    if (!x.dtype().isComputed() || x.rank() < 2 || x.numel() == 0) {
      throw new ShapeException(
          operation
              + " of "
              + x.dtype()
              + " "
              + x.shape()
              + " must be FLOAT32 or FLOAT64 (batch, channels, ...), not empty");
    }
  }

  private static void requireSizes(String operation, Tensor x, Tensor... ofChannels) {
    for (Tensor tensor : ofChannels) {
      if (tensor != null && (tensor.rank() != 1 || tensor.size(0) != x.size(1))) {
        throw new ShapeException(
            operation
                + " of "
                + x.shape()
                + " with one of "
                + tensor.shape()
                + " must have one element for each of "
                + x.size(1)
                + " channels");
      }
    }
  }
}
