package io.troupe.nn.gpt2;

import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.LayerNorm;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.lm.AttentionCache;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.LMConfig;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The decoder language model GPT-2; parameters named as in transformers' {@code GPT2LMHeadModel}.
 *
 * <p>Differences: matrices are (out, in) in memory, as every {@code Linear} here, and are
 * transposed to transformers' (in, out) {@code Conv1D} when files are read and written; dropout is
 * applied to embeddings and residuals, not to attention weights ({@code attn_pdrop}).
 */
public final class Gpt2Model extends CausalLM {
  private final Gpt2Config config;
  private final Embedding wte;
  private final Embedding wpe;
  private final Dropout drop;
  private final List<Gpt2Block> blocks = new ArrayList<>();
  private final LayerNorm lnF;
  private final Linear lmHead;

  private Gpt2Model(
      Gpt2Config config, PretrainedConfig pretrainedConfig, Scope scope, Initializer initializer) {
    super(config.lm(), pretrainedConfig, scope);
    LMConfig lm = config.lm();
    double range = config.initializerRange();
    int hidden = lm.hiddenSize();
    this.config = config;
    this.wte =
        child("transformer.wte", Embedding.normal(lm.vocabSize(), hidden, range, initializer));
    this.wpe =
        child(
            "transformer.wpe",
            Embedding.normal(lm.maxPositionEmbeddings(), hidden, range, initializer));
    this.drop = child("transformer.drop", new Dropout(config.embdPdrop(), Philox.of(0)));
    for (int i = 0; i < lm.numHiddenLayers(); i++) {
      blocks.add(child("transformer.h." + i, new Gpt2Block(i, config, initializer)));
    }
    this.lnF = child("transformer.ln_f", Gpt2Block.norm(config, initializer));
    this.lmHead =
        config.tieWordEmbeddings()
            ? null
            : child("lm_head", Linear.normal(hidden, lm.vocabSize(), false, range, initializer));
  }

  /** A model with transformers' initial weights, in FLOAT32. */
  public static Gpt2Model random(Gpt2Config config, Engine engine, long seed) {
    return random(config, engine, seed, DType.FLOAT32);
  }

  /** A model with transformers' initial weights, in FLOAT32 or FLOAT64. */
  public static Gpt2Model random(Gpt2Config config, Engine engine, long seed, DType dtype) {
    PretrainedConfig json = new PretrainedConfig(Gpt2ConfigJson.write(config), Optional.empty());
    return create(config, json, engine, Initializer.of(dtype, seed));
  }

  /** A model in the current scope, with the initial weights of {@code initializer}. */
  public static Gpt2Model inCurrentScope(Gpt2Config config, Initializer initializer) {
    PretrainedConfig json = new PretrainedConfig(Gpt2ConfigJson.write(config), Optional.empty());
    return new Gpt2Model(config, json, Scope.current(), initializer);
  }

  /** A model whose parameters are undefined, for a loader that overwrites all of them. */
  public static Gpt2Model undefined(
      Gpt2Config config, PretrainedConfig json, Engine engine, DType dtype) {
    return create(config, json, engine, Initializer.undefined(dtype));
  }

  private static Gpt2Model create(
      Gpt2Config config, PretrainedConfig json, Engine engine, Initializer initializer) {
    Scope scope = engine.longLived("gpt2 weights");
    try (Scope.Entered _ = scope.enter()) {
      return new Gpt2Model(config, json, scope, initializer);
    } catch (RuntimeException | OutOfMemoryError e) {
      scope.close();
      throw e;
    }
  }

  /** The settings of the family. */
  public Gpt2Config gpt2Config() {
    return config;
  }

  @Override
  public Tensor hiddenStates(TokenBatch tokens, AttentionCache cache) {
    tokens.requireFits(config.lm(), cache);
    Tensor embedded = wte.forward(Tensor.of(tokens.ids())); // (rows, hidden)
    Tensor x = drop.forward(embedded.add(wpe.forward(Tensor.of(tokens.positions()))));
    for (Gpt2Block block : blocks) {
      x = applyLayer(block, in -> block.forward(in, tokens.layout(), cache), x);
    }
    return lnF.forward(x);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return lmHead == null ? wte.project(hidden) : lmHead.forward(hidden);
  }

  @Override
  protected void onStorePacked() {
    if (lmHead == null) {
      wte.storePackedForProjection();
    }
  }
}
