package io.troupe.tensor.cpu.products;

import io.troupe.tensor.cpu.machinecode.Isa;

/**
 * The innermost loops of matrix products. All kernels give the same bits: every sum is a chain of
 * fused multiply-adds in order of k.
 */
sealed interface ProductKernels permits GeneratedKernels, VectorKernels {

  /** The kernels of this machine. */
  ProductKernels BEST = ofMachine();

  /** Computes one product. */
  void run(TileProduct product);

  /**
   * Panels that are read at once for a product of so many rows.
   *
   * @param isContiguous whether all panels are one stretch of memory
   */
  int panels(int rows, boolean isContiguous);

  private static ProductKernels ofMachine() {
    return Isa.ofMachine().<ProductKernels>map(GeneratedKernels::new).orElseGet(VectorKernels::new);
  }
}
