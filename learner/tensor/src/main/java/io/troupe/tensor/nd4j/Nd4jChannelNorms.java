package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.asColumns;
import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.ChannelNormOps;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Batch and group normalization over matrices; each row is normalized by itself. */
final class Nd4jChannelNorms implements ChannelNormOps {

  @Override
  public void channelStatistics(Tensor mean, Tensor variance, Tensor x) {
    Writes.to(mean, variance);
    INDArray rows = byChannel(x);
    INDArray means = meanOfColumns(rows);
    INDArray centered = rows.sub(asColumns(means, rows.size(1)));
    write(mean, means);
    write(variance, meanOfColumns(centered.muli(centered)));
  }

  @Override
  public void batchNorm(
      Tensor out, Tensor x, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double eps) {
    Writes.to(out);
    INDArray normal = normal(byChannel(x), read(mean), reciprocalRoot(read(variance), eps));
    long count = normal.size(1);
    if (weight != null) {
      normal.muli(asColumns(read(weight), count));
    }
    if (bias != null) {
      normal.addi(asColumns(read(bias), count));
    }
    writeByChannel(out, normal);
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
    INDArray factors = reciprocalRoot(read(variance), eps);
    INDArray normal = normal(byChannel(x), read(mean), factors);
    INDArray gradient = byChannel(dy);
    long count = normal.size(1);
    addTo(dWeight, Functions.sumOfColumns(gradient.mul(normal)));
    addTo(dBias, Functions.sumOfColumns(gradient));
    if (dx == null) {
      return;
    }
    INDArray scale = weight == null ? factors : factors.mul(read(weight));
    INDArray rest = ofBatch ? withoutMeanAndSlope(gradient, normal) : gradient;
    writeByChannel(dx, rest.mul(asColumns(scale, count)));
  }

  @Override
  public void groupNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps) {
    Writes.to(out, mean, rstd);
    INDArray rows = byGroup(x, mean);
    INDArray means = meanOfColumns(rows);
    INDArray centered = rows.sub(asColumns(means, rows.size(1)));
    INDArray factors = reciprocalRoot(meanOfColumns(centered.mul(centered)), eps);
    INDArray result = centered.muli(asColumns(factors, rows.size(1))).reshape(x.numel());
    if (weight != null) {
      result.muli(everywhere(weight, x));
    }
    if (bias != null) {
      result.addi(everywhere(bias, x));
    }
    write(out, result);
    write(mean, means);
    write(rstd, factors);
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
    INDArray factors = read(rstd);
    INDArray normal = normal(byGroup(x, mean), read(mean), factors);
    INDArray gradient = read(dy);
    INDArray along = gradient.mul(normal.reshape(x.numel()));
    addTo(dWeight, Functions.sumOfColumns(byChannel(along, x)));
    addTo(dBias, Functions.sumOfColumns(byChannel(gradient, x)));
    if (dx != null) {
      INDArray weighted = weight == null ? gradient : gradient.mul(everywhere(weight, x));
      INDArray rows = weighted.reshape(normal.size(0), normal.size(1));
      INDArray rest = withoutMeanAndSlope(rows, normal);
      write(dx, rest.mul(asColumns(factors, normal.size(1))));
    }
  }

  private static INDArray withoutMeanAndSlope(INDArray gradient, INDArray normal) {
    long count = normal.size(1);
    INDArray slope = asColumns(meanOfColumns(gradient.mul(normal)), count);
    return gradient.sub(asColumns(meanOfColumns(gradient), count)).subi(normal.mul(slope));
  }

  private static INDArray normal(INDArray rows, INDArray means, INDArray factors) {
    return rows.sub(asColumns(means, rows.size(1))).muli(asColumns(factors, rows.size(1)));
  }

  private static INDArray meanOfColumns(INDArray rows) {
    return Functions.sumOfColumns(rows).divi(rows.size(1));
  }

  private static INDArray reciprocalRoot(INDArray variance, double eps) {
    return Functions.sqrt(variance.add(eps)).rdivi(1);
  }

  private static void addTo(Tensor target, INDArray more) {
    if (target != null) {
      write(target, read(target).addi(more));
    }
  }

  private static INDArray byGroup(Tensor x, Tensor mean) {
    return read(x).reshape(mean.numel(), x.numel() / mean.numel());
  }

  /** (channels, batch * positions); a copy. */
  private static INDArray byChannel(Tensor x) {
    return byChannel(read(x), x);
  }

  private static INDArray byChannel(INDArray elements, Tensor shape) {
    return elements
        .reshape(shape.size(0), shape.size(1), shape.size(2))
        .permute(1, 0, 2)
        .dup('c')
        .reshape(shape.size(1), (long) shape.size(0) * shape.size(2));
  }

  private static void writeByChannel(Tensor out, INDArray rows) {
    write(out, rows.reshape(out.size(1), out.size(0), out.size(2)).permute(1, 0, 2).dup('c'));
  }

  /** One value per channel, broadcast to the elements of {@code x}. */
  private static INDArray everywhere(Tensor ofChannels, Tensor x) {
    INDArray ones = Nd4j.ones(DataType.DOUBLE, x.size(1), (long) x.size(0) * x.size(2));
    ones.muli(asColumns(read(ofChannels), ones.size(1)));
    return ones.reshape(x.size(1), x.size(0), x.size(2))
        .permute(1, 0, 2)
        .dup('c')
        .reshape(x.numel());
  }
}
