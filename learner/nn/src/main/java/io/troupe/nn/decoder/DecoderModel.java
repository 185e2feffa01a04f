package io.troupe.nn.decoder;

import io.troupe.nn.Module;
import io.troupe.nn.experts.MixtureOfExperts;
import io.troupe.nn.experts.RouterLoss;
import io.troupe.nn.layers.Embedding;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Norm;
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
 * A decoder language model of the parts that a {@link DecoderArchitecture} names; parameters named
 * as in transformers.
 */
public class DecoderModel extends CausalLM {
  private final DecoderArchitecture architecture;
  private final List<RotaryEmbedding> rotary = new ArrayList<>();
  private final Embedding embedTokens;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final Norm norm;
  private final Linear lmHead;

  /**
   * A model in a scope, which must be the current one.
   *
   * @param json the files that describe the model in a Hugging Face folder
   */
  @SuppressWarnings("this-escape") // child() is final and calls nothing of a subclass
  protected DecoderModel(
      DecoderArchitecture architecture,
      PretrainedConfig json,
      Scope scope,
      Initializer initializer) {
    super(architecture.config().lm(), json, scope);
    this.architecture = architecture;
    DecoderConfig config = architecture.config();
    LMConfig lm = config.lm();
    double range = config.initializerRange();
    for (RotaryTable table : architecture.rotaryTables()) {
      rotary.add(
          new RotaryEmbedding(
              table.rotaryDim(),
              lm.maxPositionEmbeddings(),
              table.parameters(),
              initializer.dtype()));
    }
    this.embedTokens =
        child(
            "model.embed_tokens",
            Embedding.normal(lm.vocabSize(), lm.hiddenSize(), range, initializer));
    for (int i = 0; i < lm.numHiddenLayers(); i++) {
      layers.add(child("model.layers." + i, architecture.layer(i, initializer)));
    }
    this.norm = child("model.norm", architecture.norm(lm.hiddenSize(), initializer));
    this.lmHead =
        config.tieWordEmbeddings()
            ? null
            : child(
                "lm_head",
                Linear.normal(lm.hiddenSize(), lm.vocabSize(), false, range, initializer));
  }

  /** A model in the current scope, with the initial weights of {@code initializer}. */
  public static DecoderModel inCurrentScope(
      DecoderArchitecture architecture, PretrainedConfig json, Initializer initializer) {
    return new DecoderModel(architecture, json, Scope.current(), initializer);
  }

  /**
   * A model whose parameters are undefined, in a long-lived scope of its own, for a loader that
   * overwrites all of them.
   */
  public static DecoderModel undefined(
      DecoderArchitecture architecture, PretrainedConfig json, Engine engine, DType dtype) {
    return inScopeOfItsOwn(
        architecture,
        engine,
        scope -> new DecoderModel(architecture, json, scope, Initializer.undefined(dtype)));
  }

  /** Creates a model in a long-lived scope, which it closes. */
  @FunctionalInterface
  protected interface Creation<M> {
    /** Creates the model; {@code scope} is the current one. */
    M in(Scope scope);
  }

  /** Creates a model in a new long-lived scope; closes the scope if that fails. */
  protected static <M extends DecoderModel> M inScopeOfItsOwn(
      DecoderArchitecture architecture, Engine engine, Creation<M> creation) {
    Scope scope = engine.longLived(architecture.config().lm().modelType() + " weights");
    try (Scope.Entered _ = scope.enter()) {
      return creation.in(scope);
    } catch (RuntimeException | OutOfMemoryError e) {
      scope.close();
      throw e;
    }
  }

  @Override
  public int maxReusableLength() {
    int most = config().maxPositionEmbeddings();
    for (RotaryTable table : architecture.rotaryTables()) {
      most = Math.min(most, table.parameters().maxUnscaledLength());
    }
    return most;
  }

  @Override
  public Tensor hiddenStates(TokenBatch tokens, AttentionCache cache) {
    tokens.requireFits(config(), cache);
    List<RotaryAngles> angles = new ArrayList<>();
    for (RotaryEmbedding embedding : rotary) {
      angles.add(embedding.angles(tokens.positions(), () -> tokens.sequenceLengths(cache)));
    }
    Pass pass = new Pass(angles, tokens.layout(), cache);
    Tensor x =
        architecture.embedded(embedTokens.forward(Tensor.of(tokens.ids()))); // (rows, hidden)
    for (DecoderLayer layer : layers) {
      x = applyLayer(layer, in -> layer.forward(in, pass), x);
    }
    return norm.forward(x);
  }

  /** Adds the load-balancing loss of the routers if the configuration has a coefficient. */
  @Override
  public TrainingPass trainingPass(TokenBatch tokens) {
    if (architecture.routerLossCoefficient().isEmpty()) {
      return super.trainingPass(tokens);
    }
    if (isGradientCheckpointing()) {
      throw new IllegalStateException(
          "gradient-checkpointing must be off for a model with output_router_logits=true, got on;"
              + " set one of them to false");
    }
    RouterLoss loss = new RouterLoss();
    try {
      collectRouting(loss);
      Tensor hidden = hiddenStates(tokens, null);
      double coefficient = architecture.routerLossCoefficient().getAsDouble();
      return new TrainingPass(hidden, Optional.of(loss.value().mul(coefficient)));
    } finally {
      collectRouting(null);
    }
  }

  private void collectRouting(RouterLoss loss) {
    for (Module module : modules()) {
      if (module instanceof MixtureOfExperts experts) {
        experts.collectIn(loss);
      }
    }
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return architecture.logits(
        lmHead == null ? embedTokens.project(hidden) : lmHead.forward(hidden));
  }

  @Override
  protected void onStorePacked() {
    if (lmHead == null) {
      embedTokens.storePackedForProjection();
    }
  }
}
