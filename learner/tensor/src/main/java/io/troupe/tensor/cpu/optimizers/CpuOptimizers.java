package io.troupe.tensor.cpu.optimizers;

import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.OptimizerOps;
import io.troupe.tensor.backend.Writes;
import io.troupe.tensor.cpu.threads.ComputePool;
import io.troupe.tensor.cpu.threads.Partition;

/** Parameter updates in one pass over memory. */
public final class CpuOptimizers implements OptimizerOps {
  private final ComputePool pool;

  /** Computes on the threads of {@code pool}. */
  public CpuOptimizers(ComputePool pool) {
    this.pool = pool;
  }

  @Override
  public void adam(
      Tensor param,
      Tensor grad,
      Tensor expAvg,
      Tensor expAvgSq,
      double lr,
      double beta1,
      double beta2,
      double eps,
      double weightDecay,
      boolean decoupled,
      long step,
      double gradScale) {
    Writes.to(param, expAvg, expAvgSq);
    double correction1 = 1 - Math.pow(beta1, step);
    double correction2 = 1 - Math.pow(beta2, step);
    AdamStep update =
        new AdamStep(
            decoupled ? 1 - lr * weightDecay : 1,
            decoupled ? 0 : weightDecay,
            gradScale,
            beta1,
            beta2,
            lr / correction1,
            1 / Math.sqrt(correction2),
            eps);
    long p = param.address();
    long g = grad.address();
    long m = expAvg.address();
    long v = expAvgSq.address();
    boolean single = param.dtype() == DType.FLOAT32;
    long size = param.dtype().sizeBytes();
    Partition.elements(
        pool,
        param.numel(),
        (from, end) -> {
          long at = size * from;
          int n = (int) (end - from);
          if (single) {
            update.run(p + at, g + at, m + at, v + at, n);
          } else {
            update.run64(p + at, g + at, m + at, v + at, n);
          }
        });
  }

  @Override
  public void sgd(
      Tensor param,
      Tensor grad,
      Tensor momentumBuffer,
      double lr,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean first,
      double gradScale) {
    Writes.to(param, momentumBuffer);
    SgdStep update =
        new SgdStep(
            lr,
            first ? 0 : momentum,
            first ? 1 : 1 - dampening,
            weightDecay,
            nesterov ? momentum : 0,
            nesterov,
            gradScale);
    long p = param.address();
    long g = grad.address();
    long b = momentumBuffer == null ? 0 : momentumBuffer.address();
    boolean single = param.dtype() == DType.FLOAT32;
    long size = param.dtype().sizeBytes();
    Partition.elements(
        pool,
        param.numel(),
        (from, end) -> {
          long at = size * from;
          int n = (int) (end - from);
          if (single) {
            update.run(p + at, g + at, b == 0 ? 0 : b + at, n);
          } else {
            update.run64(p + at, g + at, b == 0 ? 0 : b + at, n);
          }
        });
  }
}
