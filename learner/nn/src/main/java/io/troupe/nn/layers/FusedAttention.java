package io.troupe.nn.layers;

import io.troupe.nn.Module;
import io.troupe.nn.lm.AttentionCache;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Attention;
import io.troupe.tensor.backend.AttentionScores;

/**
 * GPT-2's causal multi-head attention: a single projection computes queries, keys and values;
 * {@code x} includes the position embeddings.
 */
public final class FusedAttention extends Module {
  private final Linear cAttn;
  private final Linear cProj;
  private final int layer;
  private final int hiddenSize;
  private final int numHeads;
  private final AttentionScores scores;

  /**
   * A layer with normal initial weights.
   *
   * @param layer index of the layer in the cache
   * @param scale multiplies the scores, normally 1 / sqrt(headDim)
   * @param range standard deviation of the initial weights into the layer
   * @param outputRange standard deviation of the initial weights out of it
   */
  public FusedAttention(
      int layer,
      int hiddenSize,
      int numHeads,
      double scale,
      double range,
      double outputRange,
      Initializer initializer) {
    this.layer = layer;
    this.hiddenSize = hiddenSize;
    this.numHeads = numHeads;
    this.scores = AttentionScores.scaled(scale);
    this.cAttn =
        child("c_attn", Linear.normal(hiddenSize, 3 * hiddenSize, true, range, initializer));
    this.cProj =
        child("c_proj", Linear.normal(hiddenSize, hiddenSize, true, outputRange, initializer));
  }

  /**
   * Attends from each row to its sequence up to itself.
   *
   * @param x (rows, hidden)
   * @param layout the sequences in the rows; not used with a cache
   * @param cache attends to earlier passes too; or null
   * @return (rows, hidden)
   */
  public Tensor forward(Tensor x, PackedSequences layout, AttentionCache cache) {
    Tensor qkv = cAttn.forward(x); // (rows, 3 hidden)
    Tensor q = heads(qkv, 0);
    Tensor k = heads(qkv, 1);
    Tensor v = heads(qkv, 2);
    Tensor attended =
        cache == null
            ? Attention.causal(q, k, v, layout, scores)
            : cache.attend(layer, q, k, v, null, scores); // (rows, heads, headDim)
    return cProj.forward(attended.reshape(x.size(0), hiddenSize));
  }

  private Tensor heads(Tensor qkv, int part) {
    return qkv.narrow(1, part * hiddenSize, hiddenSize)
        .reshape(qkv.size(0), numHeads, hiddenSize / numHeads);
  }
}
