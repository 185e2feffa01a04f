package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.cpu.machinecode.CodeTable;
import io.troupe.tensor.cpu.machinecode.ElementLoop;
import io.troupe.tensor.cpu.machinecode.Isa;
import io.troupe.tensor.cpu.machinecode.Parameters;

/** Rows by machine code that is generated on first use, all rows in one call. */
final class GeneratedNorms implements NormKernels {
  private final Isa isa;
  private final CodeTable forward = new CodeTable(NormCode.VARIANTS);
  private final CodeTable backward = new CodeTable(NormGradCode.VARIANTS);

  GeneratedNorms(Isa isa) {
    this.isa = isa;
  }

  @Override
  public void normalize(NormRows rows, double eps, int count) {
    if (count == 0) {
      return;
    }
    boolean centered = rows.mean() != 0;
    boolean biased = rows.bias() != 0;
    Parameters p = Parameters.ofThread();
    p.set(NormCode.X, rows.x());
    p.set(NormCode.OUT, rows.out());
    p.set(NormCode.WEIGHT, rows.weight());
    p.set(NormCode.BIAS, rows.bias());
    p.set(NormCode.RSTD, rows.rstd());
    p.set(NormCode.MEAN, rows.mean());
    p.set(NormCode.ROW_BYTES, 4L * rows.n());
    p.set(NormCode.ROWS, count);
    p.setDouble(NormCode.LENGTH, rows.n());
    p.setDouble(NormCode.EPS, eps);
    p.setDouble(NormCode.ONE, 1);
    ElementLoop.setLength(p, isa, rows.n());
    int variant = NormCode.variant(centered, biased);
    forward.get(variant, () -> NormCode.generate(isa, centered, biased)).call(p.address());
  }

  @Override
  public void grad(NormGradRows rows, int count, long dWeight, long dBias) {
    if (count == 0) {
      return;
    }
    NormGradCode.Variant variant =
        new NormGradCode.Variant(
            rows.dx() != 0, rows.accumulate(), rows.mean() != 0, dWeight != 0, dBias != 0);
    Parameters p = Parameters.ofThread();
    p.set(NormGradCode.DX, rows.dx());
    p.set(NormGradCode.DY, rows.dy());
    p.set(NormGradCode.X, rows.x());
    p.set(NormGradCode.WEIGHT, rows.weight());
    p.set(NormGradCode.RSTD, rows.rstd());
    p.set(NormGradCode.MEAN, rows.mean());
    p.set(NormGradCode.D_WEIGHT, dWeight);
    p.set(NormGradCode.D_BIAS, dBias);
    p.set(NormGradCode.ROW_BYTES, 4L * rows.n());
    p.set(NormGradCode.ROWS, count);
    p.setFloat(NormGradCode.LENGTH, rows.n());
    ElementLoop.setLength(p, isa, rows.n());
    backward.get(variant.index(), () -> NormGradCode.generate(isa, variant)).call(p.address());
  }
}
