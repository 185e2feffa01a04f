package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.tensor.DType;
import io.troupe.tensor.Shape;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.ChannelNorms;

/**
 * Batch normalization (arXiv:1502.03167), the common part of {@link BatchNorm1d} and {@link
 * BatchNorm2d}. In training it normalizes with the statistics of the batch and updates the running
 * statistics; in evaluation it normalizes with the running statistics.
 */
public abstract sealed class BatchNorm extends Module implements Layer
    permits BatchNorm1d, BatchNorm2d {
  private final int numFeatures;
  private final BatchNormOptions options;
  private final Tensor weight;
  private final Tensor bias;
  private final Tensor runningMean;
  private final Tensor runningVar;
  private final Tensor numBatchesTracked;

  BatchNorm(int numFeatures, BatchNormOptions options, Initializer initializer) {
    this.numFeatures = numFeatures;
    this.options = options;
    this.weight =
        options.affine() ? parameter("weight", initializer.constant(1, numFeatures)) : null;
    this.bias = options.affine() ? parameter("bias", initializer.constant(0, numFeatures)) : null;
    boolean tracks = options.trackRunningStats();
    this.runningMean = tracks ? buffer("running_mean", initializer.constant(0, numFeatures)) : null;
    this.runningVar = tracks ? buffer("running_var", initializer.constant(1, numFeatures)) : null;
    this.numBatchesTracked =
        tracks ? buffer("num_batches_tracked", Tensor.zeros(DType.INT64, Shape.of())) : null;
  }

  /** Normalizes (batch, numFeatures, ...). */
  final Tensor normalize(Tensor x) {
    if (x.size(1) != numFeatures) {
      throw new ShapeException(
          "input of batch normalization must have "
              + numFeatures
              + " channels in dimension 1, got "
              + x.shape());
    }
    if (!isTraining() && options.trackRunningStats()) {
      var running = new ChannelNorms.Statistics(runningMean, runningVar);
      return ChannelNorms.batchNorm(x, running, false, weight, bias, options.eps());
    }
    long count = x.numel() / numFeatures;
    if (isTraining() && count < 2) {
      throw new ShapeException(
          "input of batch normalization must have more than 1 value per channel in training, got "
              + x.shape()
              + "; use a larger batch");
    }
    var statistics = ChannelNorms.Statistics.of(x);
    if (isTraining() && options.trackRunningStats()) {
      track(statistics, count);
    }
    return ChannelNorms.batchNorm(x, statistics, true, weight, bias, options.eps());
  }

  /** Updates the running statistics; the running variance is unbiased. */
  private void track(ChannelNorms.Statistics statistics, long count) {
    long batches = numBatchesTracked.getLong(0) + 1;
    numBatchesTracked.filli(batches);
    double momentum = Double.isNaN(options.momentum()) ? 1.0 / batches : options.momentum();
    double unbiased = momentum * count / (count - 1);
    runningMean.muli(1 - momentum).addScaledi(statistics.mean(), momentum);
    runningVar.muli(1 - momentum).addScaledi(statistics.variance(), unbiased);
  }

  /** (numFeatures), or null. */
  public final Tensor weight() {
    return weight;
  }
}
