package io.troupe.tensor.cpu.recurrence;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Recurrence;
import io.troupe.tensor.backend.RecurrentOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.products.PackedPanels;
import io.troupe.tensor.cpu.products.PackedWeights;
import io.troupe.tensor.cpu.products.ProductPartition;
import io.troupe.tensor.cpu.products.ProductScratch;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;

/**
 * Recurrent layers: each thread takes some sequences through all steps, so that threads never wait
 * for each other within a sequence. A sequence's numbers do not depend on how they are shared out:
 * an element of a product is the same among any rows.
 */
public final class CpuRecurrence implements RecurrentOps {
  /** Minimum number of multiply-adds of a step for a separate thread. */
  private static final long WORTH_A_PART = 1 << 13;

  private final ComputePool pool;
  private final ProductPartition parts;

  /** Computes on the threads of {@code pool}. */
  public CpuRecurrence(ComputePool pool) {
    this.pool = pool;
    this.parts = new ProductPartition(pool);
  }

  @Override
  public void recurrence(Recurrence r) {
    Writes.to(r.gates(), r.states(), r.cells(), r.fromHidden());
    if (r.gates().dtype() == DType.FLOAT64) {
      new Float64Recurrence(r).forward();
      return;
    }
    RecurrentRows rows = new RecurrentRows(r, forwardPanels(r.weight()));
    shareOut(r, rows::forward);
  }

  @Override
  public void recurrenceGrad(
      Recurrence r, Tensor dGates, Tensor dProducts, Tensor dState, Tensor dCell, Tensor dStates) {
    Writes.to(dGates, dProducts, dState, dCell);
    if (r.gates().dtype() == DType.FLOAT64) {
      new Float64Recurrence(r).backward(dGates, dProducts, dState, dCell, dStates);
      return;
    }
    RecurrentRowsGrad rows =
        new RecurrentRowsGrad(
            r, backwardPanels(r.weight()), dGates, dProducts, dState, dCell, dStates);
    shareOut(r, rows::backward);
  }

  /** The weights as the right operand of a product with states; kept beside long-lived ones. */
  private long forwardPanels(Tensor weight) {
    if (weight.storage().isLongLived()) {
      return PackedWeights.panels(weight, this::packTransposed);
    }
    long panels =
        ProductScratch.ofThread().panels(PackedPanels.bytes(weight.size(1), weight.size(0)));
    packTransposed(weight, panels);
    return panels;
  }

  private void packTransposed(Tensor weight, long panels) {
    int k = weight.size(1);
    int n = weight.size(0);
    parts.pack(panels, k, n, weight.address(), Float.BYTES, (long) Float.BYTES * k);
  }

  /** The weights as the right operand of a product with gradients of gates. */
  private long backwardPanels(Tensor weight) {
    int k = weight.size(0);
    int n = weight.size(1);
    long panels = ProductScratch.ofThread().panels(PackedPanels.bytes(k, n));
    parts.pack(panels, k, n, weight.address(), (long) Float.BYTES * n, Float.BYTES);
    return panels;
  }

  private void shareOut(Recurrence r, Partition.Range body) {
    long each = Math.max(1, WORTH_A_PART / Math.max(1, r.weight().numel()));
    int batch = r.batch();
    Partition.split(pool, batch, Math.max(each, (batch - 1) / pool.threads() + 1), body);
  }
}
