package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.nn.lm.AttentionCache;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Attention;
import io.troupe.tensor.backend.RotaryAngles;
import java.util.List;

/**
 * Causal self-attention with rotary positions, in which several query heads share a key-value head
 * (arXiv:2305.13245). With as many key-value heads as query heads it is multi-head attention.
 */
public final class GroupedQueryAttention extends Module {
  private final List<Linear> qkvProj;
  private final Linear oProj;
  private final Heads heads;
  private final int layer;

  /**
   * The heads and biases of an attention layer.
   *
   * @param numAttentionHeads query heads
   * @param numKeyValueHeads divides {@code numAttentionHeads}
   * @param headDim features of a head
   * @param qkvBias whether the projections to queries, keys and values have a bias
   * @param outputBias whether the output projection has a bias
   */
  public record Heads(
      int numAttentionHeads,
      int numKeyValueHeads,
      int headDim,
      boolean qkvBias,
      boolean outputBias) {}

  /**
   * A layer with normal initial weights.
   *
   * @param layer index of the layer in the cache
   */
  public GroupedQueryAttention(
      int layer, int hiddenSize, Heads heads, double initializerRange, Initializer initializer) {
    this.layer = layer;
    this.heads = heads;
    int queries = heads.numAttentionHeads() * heads.headDim();
    int keys = heads.numKeyValueHeads() * heads.headDim();
    boolean bias = heads.qkvBias();
    Linear qProj =
        child("q_proj", Linear.normal(hiddenSize, queries, bias, initializerRange, initializer));
    Linear kProj =
        child("k_proj", Linear.normal(hiddenSize, keys, bias, initializerRange, initializer));
    Linear vProj =
        child("v_proj", Linear.normal(hiddenSize, keys, bias, initializerRange, initializer));
    this.qkvProj = List.of(qProj, kProj, vProj);
    this.oProj =
        child(
            "o_proj",
            Linear.normal(queries, hiddenSize, heads.outputBias(), initializerRange, initializer));
  }

  /**
   * Attends from each row to its sequence up to itself, and adds the result to a residual.
   *
   * @param x (rows, hidden)
   * @param residual (rows, hidden)
   * @param angles of the rows
   * @param layout the sequences in the rows; not used with a cache
   * @param cache attends to earlier passes too; or null
   * @return (rows, hidden)
   */
  public Tensor forward(
      Tensor x,
      Tensor residual,
      RotaryAngles angles,
      PackedSequences layout,
      AttentionCache cache) {
    int rows = x.size(0);
    int headDim = heads.headDim();
    List<Tensor> qkv = Linear.forward(x, qkvProj);
    Tensor q = qkv.get(0).reshape(rows, heads.numAttentionHeads(), headDim);
    Tensor k = qkv.get(1).reshape(rows, heads.numKeyValueHeads(), headDim);
    Tensor v = qkv.get(2).reshape(rows, heads.numKeyValueHeads(), headDim);
    double scale = 1 / Math.sqrt(headDim);
    Tensor attended =
        cache == null
            ? Attention.causal(
                Attention.rotaryInPlace(q, angles),
                Attention.rotaryInPlace(k, angles),
                v,
                layout,
                scale)
            : cache.attend(layer, q, k, v, angles, scale); // (rows, heads, headDim)
    return oProj.forwardAdd(attended.reshape(rows, heads.numAttentionHeads() * headDim), residual);
  }
}
