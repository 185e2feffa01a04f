package io.troupe.tensor.backend;

import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;

/**
 * Attention and rotary positions. Causal attention reads packed rows; a row's result has the same
 * bits for keys of a packed sequence and of a paged cache.
 */
public interface AttentionOps {
  /**
   * Rotary position embedding (arXiv:2104.09864) in the half-split layout of Hugging Face:
   * dimension i is rotated with dimension i + rotaryDim/2.
   *
   * @param out (rows, heads, headDim); may be {@code x}
   * @param cos (maxPositions, rotaryDim / 2); dimensions from rotaryDim on are copied
   * @param sin same shape as {@code cos}
   * @param positions (rows), INT32
   * @param inverse rotate by the negative angle, which is the gradient
   */
  void rotary(Tensor out, Tensor x, Tensor cos, Tensor sin, Tensor positions, boolean inverse);

  /**
   * Causal scaled dot-product attention over packed sequences, with grouped queries: query head h
   * reads key head h / (heads / kvHeads).
   *
   * @param out (rows, heads, headDim)
   * @param lse (rows, heads), written: the log of the sum of the exponentials of the scores
   * @param q (rows, heads, headDim)
   * @param k (rows, kvHeads, headDim)
   * @param v (rows, kvHeads, headDim)
   * @param layout the rows of each sequence
   * @param scores scale, soft cap and sliding window
   */
  void attention(
      Tensor out,
      Tensor lse,
      Tensor q,
      Tensor k,
      Tensor v,
      PackedSequences layout,
      AttentionScores scores);

  /** Gradients of {@link #attention}; {@code dq}, {@code dk} and {@code dv} are overwritten. */
  void attentionGrad(
      Tensor dq,
      Tensor dk,
      Tensor dv,
      Tensor dOut,
      Tensor out,
      Tensor lse,
      Tensor q,
      Tensor k,
      Tensor v,
      PackedSequences layout,
      AttentionScores scores);

  /**
   * Stores the keys and values of the rows of a pass in the pages of a cache, then attends from
   * each row to the keys of its sequence up to its own position. FLOAT32.
   *
   * @param out (rows, heads, headDim)
   * @param q (rows, heads, headDim)
   * @param k (rows, kvHeads, headDim)
   * @param v same shape as {@code k}
   * @param angles rotate queries and keys first, as {@link #rotary} does; null for no rotation
   * @param rows position of each row in the cache
   * @param scores scale, soft cap and sliding window
   */
  void pagedAttention(
      Tensor out,
      Tensor q,
      Tensor k,
      Tensor v,
      RotaryAngles angles,
      KvPages pages,
      int layer,
      KvRows rows,
      AttentionScores scores);

  /**
   * Attention in both directions, from each query of an example to all of its keys.
   *
   * @param out (batch, queries, heads, headDim)
   * @param lse (batch, queries, heads), written: the log of the sum of the exponentials of the
   *     scores
   */
  default void fullAttention(Tensor out, Tensor lse, AttentionOperands operands) {
    Writes.to(out, lse);
    new AttentionByDefinition(operands).forward(out, lse);
  }

  /**
   * Gradients of {@link #fullAttention}, which are overwritten.
   *
   * @param dBias the shape of the bias, with all heads; or null if it is not needed
   */
  default void fullAttentionGrad(
      Tensor dq,
      Tensor dk,
      Tensor dv,
      Tensor dBias,
      Tensor dOut,
      Tensor out,
      Tensor lse,
      AttentionOperands operands) {
    Writes.to(dq, dk, dv, dBias);
    new AttentionByDefinition(operands).backward(dq, dk, dv, dBias, dOut, out, lse);
  }
}
