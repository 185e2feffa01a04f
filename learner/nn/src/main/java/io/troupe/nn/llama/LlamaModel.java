package io.troupe.nn.llama;

import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.RMSNorm;
import io.troupe.nn.layers.RotaryEmbedding;
import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.LMConfig;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.RotaryAngles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decoder language model Llama, and Qwen2; parameters named as in transformers' {@code
 * LlamaForCausalLM}.
 */
public final class LlamaModel extends CausalLM {
  private final LlamaConfig config;
  private final RotaryEmbedding rotary;
  private final Embedding embedTokens;
  private final List<LlamaLayer> layers = new ArrayList<>();
  private final RMSNorm norm;
  private final Linear lmHead;

  private LlamaModel(
      LlamaConfig config, PretrainedConfig pretrainedConfig, Scope scope, Initializer initializer) {
    super(config.lm(), pretrainedConfig, scope);
    LMConfig lm = config.lm();
    double range = config.initializerRange();
    this.config = config;
    this.rotary =
        new RotaryEmbedding(
            lm.headDim(), lm.maxPositionEmbeddings(), config.rope(), initializer.dtype());
    this.embedTokens =
        child(
            "model.embed_tokens",
            Embedding.normal(lm.vocabSize(), lm.hiddenSize(), range, initializer));
    for (int i = 0; i < lm.numHiddenLayers(); i++) {
      layers.add(child("model.layers." + i, new LlamaLayer(i, config, initializer)));
    }
    this.norm = child("model.norm", LlamaLayer.norm(config, initializer));
    this.lmHead =
        config.tieWordEmbeddings()
            ? null
            : child(
                "lm_head",
                Linear.normal(lm.hiddenSize(), lm.vocabSize(), false, range, initializer));
  }

  /** A model with transformers' initial weights, in FLOAT32. */
  public static LlamaModel random(LlamaConfig config, Engine engine, long seed) {
    return random(config, engine, seed, DType.FLOAT32);
  }

  /** A model with transformers' initial weights, in FLOAT32 or FLOAT64. */
  public static LlamaModel random(LlamaConfig config, Engine engine, long seed, DType dtype) {
    PretrainedConfig json = new PretrainedConfig(LlamaConfigJson.write(config), Optional.empty());
    return create(config, json, engine, Initializer.of(dtype, seed));
  }

  /** A model in the current scope, with the initial weights of {@code initializer}. */
  public static LlamaModel inCurrentScope(LlamaConfig config, Initializer initializer) {
    PretrainedConfig json = new PretrainedConfig(LlamaConfigJson.write(config), Optional.empty());
    return new LlamaModel(config, json, Scope.current(), initializer);
  }

  /** A model whose parameters are undefined, for a loader that overwrites all of them. */
  public static LlamaModel undefined(
      LlamaConfig config, PretrainedConfig json, Engine engine, DType dtype) {
    return create(config, json, engine, Initializer.undefined(dtype));
  }

  private static LlamaModel create(
      LlamaConfig config, PretrainedConfig json, Engine engine, Initializer initializer) {
    Scope scope = engine.longLived(config.lm().modelType() + " weights");
    try (Scope.Entered _ = scope.enter()) {
      return new LlamaModel(config, json, scope, initializer);
    } catch (RuntimeException | OutOfMemoryError e) {
      scope.close();
      throw e;
    }
  }

  /** The settings of the family. */
  public LlamaConfig llamaConfig() {
    return config;
  }

  @Override
  public int maxReusableLength() {
    return Math.min(config.rope().maxUnscaledLength(), config.lm().maxPositionEmbeddings());
  }

  @Override
  public Tensor hiddenStates(TokenBatch tokens, AttentionCache cache) {
    tokens.requireFits(config.lm(), cache);
    RotaryAngles angles = rotary.angles(tokens.positions(), () -> tokens.sequenceLengths(cache));
    Tensor x = embedTokens.forward(Tensor.of(tokens.ids())); // (rows, hidden)
    for (LlamaLayer layer : layers) {
      x = applyLayer(layer, in -> layer.forward(in, angles, tokens.layout(), cache), x);
    }
    return norm.forward(x);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return lmHead == null ? embedTokens.project(hidden) : lmHead.forward(hidden);
  }

  @Override
  protected void onStorePacked() {
    if (lmHead == null) {
      embedTokens.storePackedForProjection();
    }
  }
}
