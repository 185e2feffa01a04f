package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ChannelNormOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;

/**
 * Batch and group normalization. A channel of an image is a contiguous run of elements; the sums of
 * a channel's runs are added in the order of the images.
 */
public final class CpuChannelNorms implements ChannelNormOps {
  private static final ChannelLoops SINGLE =
      Isa.ofMachine().<ChannelLoops>map(GeneratedChannels::new).orElseGet(FloatChannels::new);
  private static final ChannelLoops DOUBLE = new Float64Channels();

  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuChannelNorms(ComputePool pool) {
    this.pool = pool;
  }

  private static ChannelLoops loops(Tensor x) {
    return x.dtype() == DType.FLOAT32 ? SINGLE : DOUBLE;
  }

  private static long addressOf(Tensor tensor) {
    return tensor == null ? 0 : tensor.address();
  }

  /** The positions of the runs of channels in a tensor (batch, channels, positions). */
  private record Runs(int batch, int channels, int positions, int size) {
    static Runs of(Tensor x) {
      return new Runs(x.size(0), x.size(1), x.size(2), x.dtype().sizeBytes());
    }

    long offset(int n, long channel) {
      return (n * (long) channels + channel) * positions * size;
    }

    /** The runs of one channel in all images. */
    ChannelRuns ofChannel() {
      return new ChannelRuns(batch, (long) channels * positions * size, positions);
    }

    long perChannel() {
      return (long) batch * positions;
    }
  }

  @Override
  public void channelStatistics(Tensor mean, Tensor variance, Tensor x) {
    Writes.to(mean, variance);
    ChannelLoops loops = loops(x);
    Runs runs = Runs.of(x);
    long means = mean.address();
    long variances = variance.address();
    long from = x.address();
    ChannelRuns channel = runs.ofChannel();
    Partition.rows(
        pool,
        runs.channels,
        runs.perChannel(),
        (first, last) -> {
          for (long c = first; c < last; c++) {
            long at = from + runs.offset(0, c);
            double sum = loops.sum(at, channel);
            loops.set(means, c, sum / runs.perChannel());
            double center = loops.get(means, c, 0);
            double squares = loops.squares(at, center, channel);
            loops.set(variances, c, squares / runs.perChannel());
          }
        });
  }

  @Override
  public void batchNorm(
      Tensor out, Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double eps) {
    Writes.to(out);
    ChannelLoops loops = loops(x);
    Runs runs = Runs.of(x);
    long to = out.address();
    long from = x.address();
    long means = mean.address();
    long variances = variance.address();
    long weights = addressOf(weight);
    long biases = addressOf(bias);
    ChannelRuns channel = runs.ofChannel();
    Partition.rows(
        pool,
        runs.channels,
        runs.perChannel(),
        (first, last) -> {
          for (long c = first; c < last; c++) {
            double rstd = 1 / Math.sqrt(loops.get(variances, c, 0) + eps);
            double scale = rstd * loops.get(weights, c, 1);
            double center = loops.get(means, c, 0);
            double shift = loops.get(biases, c, 0);
            long at = runs.offset(0, c);
            loops.apply(to + at, from + at, center, scale, shift, channel);
          }
        });
  }

  @Override
  public void batchNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor weight,
      double eps,
      boolean ofBatch) {
    Writes.to(dx, dWeight, dBias);
    ChannelLoops loops = loops(x);
    Runs runs = Runs.of(x);
    long to = addressOf(dx);
    long dWeights = addressOf(dWeight);
    long dBiases = addressOf(dBias);
    long gradient = dy.address();
    long from = x.address();
    long means = mean.address();
    long variances = variance.address();
    long weights = addressOf(weight);
    ChannelRuns channel = runs.ofChannel();
    Partition.rows(
        pool,
        runs.channels,
        runs.perChannel(),
        (first, last) -> {
          for (long c = first; c < last; c++) {
            double rstd = 1 / Math.sqrt(loops.get(variances, c, 0) + eps);
            double center = loops.get(means, c, 0);
            long at = runs.offset(0, c);
            ChannelLoops.Sums sums = loops.gradSums(gradient + at, from + at, center, channel);
            double sum = sums.sum();
            double dot = sums.dot();
            add(loops, dWeights, c, dot * rstd);
            add(loops, dBiases, c, sum);
            double scale = rstd * loops.get(weights, c, 1);
            double shift = ofBatch ? scale * sum / runs.perChannel() : 0;
            double slope = ofBatch ? scale * rstd * rstd * dot / runs.perChannel() : 0;
            if (to != 0) {
              loops.grad(to + at, gradient + at, from + at, center, scale, shift, slope, channel);
            }
          }
        });
  }

  private static void add(ChannelLoops loops, long target, long index, double more) {
    if (target != 0) {
      loops.set(target, index, loops.get(target, index, 0) + more);
    }
  }

  @Override
  public void groupNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps) {
    Writes.to(out, mean, rstd);
    ChannelLoops loops = loops(x);
    Runs runs = Runs.of(x);
    int groups = mean.size(1);
    int each = runs.channels / groups;
    int count = Math.multiplyExact(each, runs.positions);
    ChannelRuns group = ChannelRuns.one(count);
    ChannelRuns one = ChannelRuns.one(runs.positions);
    long to = out.address();
    long from = x.address();
    long means = mean.address();
    long rstds = rstd.address();
    long weights = addressOf(weight);
    long biases = addressOf(bias);
    Partition.rows(
        pool,
        (long) runs.batch * groups,
        count,
        (first, last) -> {
          for (long g = first; g < last; g++) {
            long start = from + g * count * runs.size;
            loops.set(means, g, loops.sum(start, group) / count);
            double center = loops.get(means, g, 0);
            loops.set(rstds, g, 1 / Math.sqrt(loops.squares(start, center, group) / count + eps));
            double factor = loops.get(rstds, g, 0);
            for (int i = 0; i < each; i++) {
              long channel = g % groups * each + i;
              long at = runs.offset(0, g * each + i);
              double scale = factor * loops.get(weights, channel, 1);
              double shift = loops.get(biases, channel, 0);
              loops.apply(to + at, from + at, center, scale, shift, one);
            }
          }
        });
  }

  @Override
  public void groupNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight) {
    Writes.to(dx, dWeight, dBias);
    ChannelLoops loops = loops(x);
    Runs runs = Runs.of(x);
    int groups = mean.size(1);
    int each = runs.channels / groups;
    int count = Math.multiplyExact(each, runs.positions);
    ChannelRuns one = ChannelRuns.one(runs.positions);
    long to = addressOf(dx);
    long gradient = dy.address();
    long from = x.address();
    long means = mean.address();
    long rstds = rstd.address();
    long weights = addressOf(weight);
    double[] sums = new double[runs.batch * runs.channels];
    double[] dots = new double[sums.length];
    Partition.rows(
        pool,
        (long) runs.batch * groups,
        count,
        (first, last) -> {
          for (long g = first; g < last; g++) {
            double center = loops.get(means, g, 0);
            double factor = loops.get(rstds, g, 0);
            double sum = 0;
            double dot = 0;
            for (int i = 0; i < each; i++) {
              int run = (int) g * each + i;
              long at = runs.offset(0, run);
              double w = loops.get(weights, run % runs.channels, 1);
              ChannelLoops.Sums ofRun = loops.gradSums(gradient + at, from + at, center, one);
              sums[run] = ofRun.sum();
              double along = ofRun.dot();
              dots[run] = along * factor;
              sum += w * sums[run];
              dot += w * along;
            }
            double shift = factor * sum / count;
            double slope = factor * factor * factor * dot / count;
            for (int i = 0; to != 0 && i < each; i++) {
              long at = runs.offset(0, g * each + i);
              double scale = factor * loops.get(weights, g % groups * each + i, 1);
              loops.grad(to + at, gradient + at, from + at, center, scale, shift, slope, one);
            }
          }
        });
    for (int run = 0; run < sums.length; run++) {
      add(loops, addressOf(dWeight), run % runs.channels, dots[run]);
      add(loops, addressOf(dBias), run % runs.channels, sums[run]);
    }
  }
}
