package io.troupe.nn.decoder;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Norm;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Attention;
import io.troupe.tensor.backend.AttentionScores;
import io.troupe.tensor.backend.RotaryAngles;
import java.util.List;

/** Causal self-attention, composed of parts; parameters named as in transformers. */
public final class SelfAttention extends Module {
  private final int layer;
  private final Heads heads;
  private final Parts parts;

  /**
   * The parts of an attention layer.
   *
   * @param projections to queries, keys and values
   * @param norms of queries and keys
   * @param positions of queries and keys
   * @param scores scale, soft cap and sliding window
   * @param oProj the features of all query heads to (hidden)
   */
  public record Parts(
      Projections projections,
      QueryKeyNorms norms,
      Positions positions,
      AttentionScores scores,
      Linear oProj) {}

  /**
   * Composes a layer.
   *
   * @param layer index of the layer in the cache
   */
  public SelfAttention(int layer, Heads heads, Parts parts) {
    this.layer = layer;
    this.heads = heads;
    this.parts = parts;
    switch (parts.projections()) {
      case Projections.Separate(Linear q, Linear k, Linear v) -> {
        child("q_proj", q);
        child("k_proj", k);
        child("v_proj", v);
      }
      case Projections.Fused(Linear qkv, Heads _) -> child("qkv_proj", qkv);
    }
    child("o_proj", parts.oProj());
    switch (parts.norms()) {
      case QueryKeyNorms.None() -> {}
      case QueryKeyNorms.PerHead(Norm q, Norm k) -> norms(q, k);
      case QueryKeyNorms.AllHeads(Norm q, Norm k) -> norms(q, k);
    }
  }

  private void norms(Norm q, Norm k) {
    child("q_norm", q);
    child("k_norm", k);
  }

  /** Attends from each row to its sequence up to itself; (rows, hidden) to the same shape. */
  Tensor forward(Tensor x, Pass pass) {
    return parts.oProj().forward(attended(x, pass));
  }

  /** As {@link #forward}, and adds the result to a residual, (rows, hidden). */
  Tensor forwardAdd(Tensor x, Tensor residual, Pass pass) {
    return parts.oProj().forwardAdd(attended(x, pass), residual);
  }

  /** (rows, numAttentionHeads * headDim). */
  private Tensor attended(Tensor x, Pass pass) {
    List<Tensor> qkv = parts.projections().project(x);
    Tensor q = parts.norms().queries(qkv.get(0), heads);
    Tensor k = parts.norms().keys(qkv.get(1), heads);
    Tensor v = qkv.get(2).reshape(x.size(0), heads.numKeyValueHeads(), heads.headDim());
    RotaryAngles angles = parts.positions().angles(pass);
    Tensor attended =
        pass.cache() == null
            ? Attention.causal(
                rotated(q, angles), rotated(k, angles), v, pass.layout(), parts.scores())
            : pass.cache().attend(layer, q, k, v, angles, parts.scores());
    return attended.reshape(x.size(0), heads.queryFeatures());
  }

  private static Tensor rotated(Tensor x, RotaryAngles angles) {
    return angles == null ? x : Attention.rotaryInPlace(x, angles);
  }
}
