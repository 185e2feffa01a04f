package io.troupe.nn.decoder;

import io.troupe.nn.layers.Norm;
import io.troupe.tensor.Tensor;

/** Normalizes queries and keys before positions are applied. */
public sealed interface QueryKeyNorms {
  /** No normalization. */
  record None() implements QueryKeyNorms {}

  /**
   * Each head is normalized on its own, with shared weights (Qwen3, Gemma 3).
   *
   * @param qNorm over headDim
   * @param kNorm over headDim
   */
  record PerHead(Norm qNorm, Norm kNorm) implements QueryKeyNorms {}

  /**
   * All heads are normalized together (OLMo 2).
   *
   * @param qNorm over the features of all query heads
   * @param kNorm over the features of all key heads
   */
  record AllHeads(Norm qNorm, Norm kNorm) implements QueryKeyNorms {}

  /**
   * Splits projected queries into heads and normalizes them.
   *
   * @param q (rows, numAttentionHeads * headDim)
   * @return (rows, numAttentionHeads, headDim)
   */
  default Tensor queries(Tensor q, Heads heads) {
    return switch (this) {
      case None() -> split(q, heads.numAttentionHeads(), heads);
      case PerHead(Norm norm, Norm _) -> norm.forward(split(q, heads.numAttentionHeads(), heads));
      case AllHeads(Norm norm, Norm _) -> split(norm.forward(q), heads.numAttentionHeads(), heads);
    };
  }

  /**
   * Splits projected keys into heads and normalizes them.
   *
   * @param k (rows, numKeyValueHeads * headDim)
   * @return (rows, numKeyValueHeads, headDim)
   */
  default Tensor keys(Tensor k, Heads heads) {
    return switch (this) {
      case None() -> split(k, heads.numKeyValueHeads(), heads);
      case PerHead(Norm _, Norm norm) -> norm.forward(split(k, heads.numKeyValueHeads(), heads));
      case AllHeads(Norm _, Norm norm) -> split(norm.forward(k), heads.numKeyValueHeads(), heads);
    };
  }

  private static Tensor split(Tensor x, int count, Heads heads) {
    return x.reshape(x.size(0), count, heads.headDim());
  }
}
