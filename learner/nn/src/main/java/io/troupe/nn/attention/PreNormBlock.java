package io.troupe.nn.attention;

import io.troupe.nn.Module;
import io.troupe.nn.layers.FeedForward;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.tensor.Tensor;

/**
 * An encoder layer that normalizes the inputs of attention and feed-forward block and adds their
 * results to them, as vision transformers (arXiv:2010.11929) and CLIP.
 */
public final class PreNormBlock extends Module {
  private final LayerNorm norm1;
  private final MultiHeadAttention attention;
  private final LayerNorm norm2;
  private final FeedForward mlp;

  /**
   * Names of the parts of a layer.
   *
   * @param norm1 before attention
   * @param norm2 before the feed-forward block
   */
  public record Names(String norm1, String attention, String norm2, String mlp) {
    /** The names of timm. */
    public static final Names TIMM = new Names("norm1", "attn", "norm2", "mlp");
  }

  /** Composes a layer. */
  public PreNormBlock(
      Names names,
      LayerNorm norm1,
      MultiHeadAttention attention,
      LayerNorm norm2,
      FeedForward mlp) {
    this.norm1 = child(names.norm1(), norm1);
    this.attention = child(names.attention(), attention);
    this.norm2 = child(names.norm2(), norm2);
    this.mlp = child(names.mlp(), mlp);
  }

  /** (batch, length, features) to the same shape. */
  public Tensor forward(Tensor x, ScoreTerms terms) {
    Tensor h = attention.forwardAdd(norm1.forward(x), x, terms);
    return mlp.forwardAdd(norm2.forward(h), h);
  }

  /** The weights with which {@link #forward} attends, (batch, heads, length, length). */
  public Tensor attentionWeights(Tensor x, ScoreTerms terms) {
    return attention.weights(norm1.forward(x), terms);
  }
}
