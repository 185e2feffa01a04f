package io.troupe.deploy.bench.kernel;

import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import java.util.Map;

/** One call of a kernel, and the work that it has to do. */
sealed interface KernelCase
    permits ProductCase, ConvolutionCase, PackedAttentionCase, PagedAttentionCase {

  /** The group, the model and the shape, which identify the case. */
  String title();

  /** The shape by name. */
  Map<String, Object> settings();

  /** Multiply-adds of a call. */
  double multiplyAdds();

  /** What limits a call beside its arithmetic. */
  Traffic traffic();

  /**
   * Creates the operands.
   *
   * @param weights scope of long-lived operands
   * @return performs a call; operands are in the current scope and in {@code weights}
   */
  Runnable prepare(Engine engine, Scope weights);

  /**
   * Memory traffic of a call.
   *
   * @param bytes read by a call; 0 if operands are reused in the caches
   * @param workingSetBytes bytes that are read before the same ones are read again
   */
  record Traffic(double bytes, long workingSetBytes) {
    /** Calls that are limited by arithmetic only. */
    static final Traffic NONE = new Traffic(0, 0);
  }
}
