package io.troupe.tensor.nd4j;

import static io.troupe.tensor.nd4j.Operands.asColumns;
import static io.troupe.tensor.nd4j.Operands.asRows;
import static io.troupe.tensor.nd4j.Operands.read;
import static io.troupe.tensor.nd4j.Operands.readRows;
import static io.troupe.tensor.nd4j.Operands.write;

import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.NormOps;
import io.troupe.tensor.backend.Writes;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Normalization over the innermost dimension. */
final class Nd4jNorms implements NormOps {

  @Override
  public void layerNorm(
      Tensor out, Tensor mean, Tensor rstd, Tensor x, Tensor weight, Tensor bias, double eps) {
    Writes.to(out, mean, rstd);
    if (x.numel() == 0) {
      return;
    }
    INDArray rows = readRows(x);
    long features = rows.size(1);
    INDArray means = meanOfColumns(rows);
    INDArray centered = rows.sub(asColumns(means, features));
    INDArray factors = reciprocalRoot(meanOfColumns(centered.mul(centered)), eps);
    INDArray result = centered.muli(asColumns(factors, features));
    result.muli(asRows(read(weight), rows.size(0)));
    write(out, bias == null ? result : result.addi(asRows(read(bias), rows.size(0))));
    write(mean, means);
    write(rstd, factors);
  }

  @Override
  public void layerNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dBias,
      Tensor dy,
      Tensor x,
      Tensor mean,
      Tensor rstd,
      Tensor weight) {
    Writes.to(dx, dWeight, dBias);
    if (x.numel() == 0) {
      return;
    }
    INDArray rows = readRows(x);
    long features = rows.size(1);
    INDArray factors = asColumns(read(rstd), features);
    INDArray normal = rows.subi(asColumns(read(mean), features)).muli(factors);
    INDArray gradient = readRows(dy);
    if (dx != null) {
      INDArray weighted = gradient.mul(asRows(read(weight), rows.size(0)));
      INDArray along = asColumns(meanOfColumns(weighted.mul(normal)), features);
      INDArray constant = asColumns(meanOfColumns(weighted), features);
      write(dx, weighted.subi(constant).subi(normal.mul(along)).muli(factors));
    }
    if (dWeight != null) {
      write(dWeight, read(dWeight).addi(Functions.sumOfRows(gradient.mul(normal))));
    }
    if (dBias != null) {
      write(dBias, read(dBias).addi(Functions.sumOfRows(gradient)));
    }
  }

  @Override
  public void rmsNorm(Tensor out, Tensor rstd, Tensor x, Tensor weight, double eps) {
    Writes.to(out, rstd);
    if (x.numel() == 0) {
      return;
    }
    INDArray rows = readRows(x);
    INDArray factors = reciprocalRoot(meanOfColumns(rows.mul(rows)), eps);
    INDArray weights = asRows(read(weight), rows.size(0));
    write(out, rows.mul(asColumns(factors, rows.size(1))).muli(weights));
    write(rstd, factors);
  }

  @Override
  public void rmsNormGrad(
      Tensor dx,
      Tensor dWeight,
      Tensor dy,
      Tensor x,
      Tensor rstd,
      Tensor weight,
      boolean accumulate) {
    Writes.to(dx, dWeight);
    if (x.numel() == 0) {
      return;
    }
    INDArray rows = readRows(x);
    long features = rows.size(1);
    INDArray factors = asColumns(read(rstd), features);
    INDArray normal = rows.mul(factors);
    INDArray gradient = readRows(dy);
    if (dx != null) {
      INDArray weighted = gradient.mul(asRows(read(weight), rows.size(0)));
      INDArray along = asColumns(meanOfColumns(weighted.mul(normal)), features);
      INDArray result = weighted.subi(normal.mul(along)).muli(factors);
      write(dx, accumulate ? result.addi(readRows(dx)) : result);
    }
    if (dWeight != null) {
      write(dWeight, read(dWeight).addi(Functions.sumOfRows(gradient.mul(normal))));
    }
  }

  private static INDArray meanOfColumns(INDArray rows) {
    return Functions.sumOfColumns(rows).divi(rows.size(1));
  }

  /** {@code 1 / sqrt(a + eps)}. */
  private static INDArray reciprocalRoot(INDArray a, double eps) {
    return Functions.sqrt(a.add(eps)).rdivi(1);
  }
}
