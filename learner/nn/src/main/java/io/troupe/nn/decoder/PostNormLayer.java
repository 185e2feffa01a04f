package io.troupe.nn.decoder;

import io.troupe.nn.layers.FeedForwardBlock;
import io.troupe.nn.layers.Norm;
import io.troupe.tensor.Tensor;

/**
 * Normalizes the results of attention and feed-forward block before they are added to the residual,
 * as OLMo 2 (arXiv:2501.00656, section 2).
 */
public final class PostNormLayer extends DecoderLayer {
  private final SelfAttention selfAttn;
  private final FeedForwardBlock mlp;
  private final Norm postAttentionLayernorm;
  private final Norm postFeedforwardLayernorm;

  /**
   * Composes a layer.
   *
   * @param postAttentionLayernorm after attention
   * @param postFeedforwardLayernorm after the feed-forward block
   */
  public PostNormLayer(
      SelfAttention selfAttn,
      FeedForwardBlock mlp,
      Norm postAttentionLayernorm,
      Norm postFeedforwardLayernorm) {
    this.selfAttn = child("self_attn", selfAttn);
    this.mlp = child("mlp", mlp);
    this.postAttentionLayernorm = child("post_attention_layernorm", postAttentionLayernorm);
    this.postFeedforwardLayernorm = child("post_feedforward_layernorm", postFeedforwardLayernorm);
  }

  @Override
  Tensor forward(Tensor x, Pass pass) {
    Tensor h = x.add(postAttentionLayernorm.forward(selfAttn.forward(x, pass)));
    return h.add(postFeedforwardLayernorm.forward(mlp.forward(h)));
  }
}
