package io.troupe.nn.decoder;

import io.troupe.nn.layers.FeedForwardBlock;
import io.troupe.nn.layers.Norm;
import io.troupe.tensor.Tensor;

/** Normalizes the inputs of attention and feed-forward block, as Llama. */
public final class PreNormLayer extends DecoderLayer {
  private final SelfAttention selfAttn;
  private final FeedForwardBlock mlp;
  private final Norm inputLayernorm;
  private final Norm postAttentionLayernorm;

  /**
   * Composes a layer.
   *
   * @param mlp registered as {@code mlp}
   * @param inputLayernorm before attention
   * @param postAttentionLayernorm before the feed-forward block
   */
  public PreNormLayer(
      SelfAttention selfAttn,
      FeedForwardBlock mlp,
      Norm inputLayernorm,
      Norm postAttentionLayernorm) {
    this("mlp", selfAttn, mlp, inputLayernorm, postAttentionLayernorm);
  }

  /** As the other constructor, with another name of the feed-forward block. */
  public PreNormLayer(
      String mlpName,
      SelfAttention selfAttn,
      FeedForwardBlock mlp,
      Norm inputLayernorm,
      Norm postAttentionLayernorm) {
    this.selfAttn = child("self_attn", selfAttn);
    this.mlp = child(mlpName, mlp);
    this.inputLayernorm = child("input_layernorm", inputLayernorm);
    this.postAttentionLayernorm = child("post_attention_layernorm", postAttentionLayernorm);
  }

  @Override
  Tensor forward(Tensor x, Pass pass) {
    Tensor h = selfAttn.forwardAdd(inputLayernorm.forward(x), x, pass);
    return mlp.forwardAdd(postAttentionLayernorm.forward(h), h);
  }
}
