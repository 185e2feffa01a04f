package io.troupe.nn.llama;

import io.troupe.nn.Module;
import io.troupe.nn.layers.GatedFeedForward;
import io.troupe.nn.layers.GroupedQueryAttention;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.RMSNorm;
import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.LMConfig;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RotaryAngles;

/** One decoder layer: attention and feed-forward, each after a norm and added to its input. */
final class LlamaLayer extends Module {
  private final GroupedQueryAttention selfAttn;
  private final GatedFeedForward mlp;
  private final RMSNorm inputLayernorm;
  private final RMSNorm postAttentionLayernorm;

  LlamaLayer(int index, LlamaConfig config, Initializer initializer) {
    LMConfig lm = config.lm();
    double range = config.initializerRange();
    GroupedQueryAttention.Heads heads =
        new GroupedQueryAttention.Heads(
            lm.numAttentionHeads(),
            lm.numKeyValueHeads(),
            lm.headDim(),
            config.qkvBias(),
            config.outputBias());
    this.selfAttn =
        child(
            "self_attn",
            new GroupedQueryAttention(index, lm.hiddenSize(), heads, range, initializer));
    this.mlp =
        child(
            "mlp",
            new GatedFeedForward(
                lm.hiddenSize(),
                config.intermediateSize(),
                config.hiddenAct(),
                config.mlpBias(),
                range,
                initializer));
    this.inputLayernorm = child("input_layernorm", norm(config, initializer));
    this.postAttentionLayernorm = child("post_attention_layernorm", norm(config, initializer));
  }

  static RMSNorm norm(LlamaConfig config, Initializer initializer) {
    return new RMSNorm(config.lm().hiddenSize(), config.rmsNormEps(), initializer);
  }

  /** (rows, hidden) to (rows, hidden). */
  Tensor forward(Tensor x, RotaryAngles angles, PackedSequences layout, AttentionCache cache) {
    Tensor h = selfAttn.forward(inputLayernorm.forward(x), x, angles, layout, cache);
    return mlp.forwardAdd(postAttentionLayernorm.forward(h), h);
  }
}
