package io.troupe.tensor.cpu.norms;

import io.troupe.tensor.cpu.machinecode.Isa;

/**
 * Normalization of rows of floats. All kernels give the same bits. Absent operands have address 0.
 */
sealed interface NormKernels permits GeneratedNorms, VectorNorms {
  /** The kernels of this machine. */
  NormKernels BEST =
      Isa.ofMachine().<NormKernels>map(GeneratedNorms::new).orElseGet(VectorNorms::new);

  /**
   * Writes {@code (x - mean) * rstd * weight + bias} and the reciprocal of the standard deviation,
   * {@code rstd = 1 / sqrt(mean of (x - mean)^2 + eps)}.
   *
   * @param rows operands; the means are given
   * @param count number of rows
   */
  void normalize(NormRows rows, double eps, int count);

  /**
   * Writes or adds the gradient of x and adds those of the parameters.
   *
   * @param rows operands
   * @param count number of rows
   * @param dWeight a row to which {@code dy * (x - mean) * rstd} of all rows is added
   * @param dBias a row to which dy of all rows is added
   */
  void grad(NormGradRows rows, int count, long dWeight, long dBias);
}
