package io.troupe.nn.llama;

import io.troupe.nn.decoder.DecoderModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import java.util.Optional;

/**
 * The decoder language model Llama, and Qwen2; parameters named as in transformers' {@code
 * LlamaForCausalLM}.
 */
public final class LlamaModel extends DecoderModel {
  private final LlamaConfig config;

  private LlamaModel(
      LlamaConfig config, PretrainedConfig json, Scope scope, Initializer initializer) {
    super(config, json, scope, initializer);
    this.config = config;
  }

  /** A model with transformers' initial weights, in FLOAT32. */
  public static LlamaModel random(LlamaConfig config, Engine engine, long seed) {
    return random(config, engine, seed, DType.FLOAT32);
  }

  /** A model with transformers' initial weights, in FLOAT32 or FLOAT64. */
  public static LlamaModel random(LlamaConfig config, Engine engine, long seed, DType dtype) {
    return create(config, json(config), engine, Initializer.of(dtype, seed));
  }

  /** A model in the current scope, with the initial weights of {@code initializer}. */
  public static LlamaModel inCurrentScope(LlamaConfig config, Initializer initializer) {
    return new LlamaModel(config, json(config), Scope.current(), initializer);
  }

  /** A model whose parameters are undefined, for a loader that overwrites all of them. */
  public static LlamaModel undefined(
      LlamaConfig config, PretrainedConfig json, Engine engine, DType dtype) {
    return create(config, json, engine, Initializer.undefined(dtype));
  }

  private static PretrainedConfig json(LlamaConfig config) {
    return new PretrainedConfig(LlamaConfigJson.write(config), Optional.empty());
  }

  private static LlamaModel create(
      LlamaConfig config, PretrainedConfig json, Engine engine, Initializer initializer) {
    return inScopeOfItsOwn(
        config, engine, scope -> new LlamaModel(config, json, scope, initializer));
  }

  /** The settings of the family. */
  public LlamaConfig llamaConfig() {
    return config;
  }
}
