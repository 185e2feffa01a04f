package io.troupe.nn.decoder;

import io.troupe.nn.layers.FeedForwardBlock;
import io.troupe.nn.layers.Norm;
import io.troupe.tensor.Tensor;

/**
 * Normalizes the inputs and the results of attention and feed-forward block, as Gemma 2
 * (arXiv:2408.00118, section 2).
 */
public final class SandwichNormLayer extends DecoderLayer {
  private final SelfAttention selfAttn;
  private final FeedForwardBlock mlp;
  private final Norms norms;

  /**
   * The norms of a layer.
   *
   * @param inputLayernorm before attention
   * @param postAttentionLayernorm after attention
   * @param preFeedforwardLayernorm before the feed-forward block
   * @param postFeedforwardLayernorm after the feed-forward block
   */
  public record Norms(
      Norm inputLayernorm,
      Norm postAttentionLayernorm,
      Norm preFeedforwardLayernorm,
      Norm postFeedforwardLayernorm) {}

  /** Composes a layer. */
  public SandwichNormLayer(SelfAttention selfAttn, FeedForwardBlock mlp, Norms norms) {
    this.selfAttn = child("self_attn", selfAttn);
    this.mlp = child("mlp", mlp);
    this.norms = norms;
    child("input_layernorm", norms.inputLayernorm());
    child("post_attention_layernorm", norms.postAttentionLayernorm());
    child("pre_feedforward_layernorm", norms.preFeedforwardLayernorm());
    child("post_feedforward_layernorm", norms.postFeedforwardLayernorm());
  }

  @Override
  Tensor forward(Tensor x, Pass pass) {
    Tensor attended = selfAttn.forward(norms.inputLayernorm().forward(x), pass);
    Tensor h = x.add(norms.postAttentionLayernorm().forward(attended));
    Tensor fed = mlp.forward(norms.preFeedforwardLayernorm().forward(h));
    return h.add(norms.postFeedforwardLayernorm().forward(fed));
  }
}
