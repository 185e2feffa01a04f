package io.troupe.nn.registry;

import io.troupe.nn.Module;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A family of decoder language models. Besides being built from settings as every model, it is
 * loaded from a Hugging Face folder, whose {@code config.json} names the family.
 *
 * @param <M> the model
 */
public abstract class LanguageModelEntry<M extends CausalLM> implements ModelEntry<M> {
  private static final String INPUT = "input_ids";

  private final String name;
  private final String architecture;
  private final String summary;
  private final PretrainedNames weightNames;

  /**
   * A family.
   *
   * @param name {@code model_type} in {@code config.json}
   * @param architecture the class in transformers
   * @param weightNames the names of its parameters in published files
   */
  LanguageModelEntry(
      String name, String architecture, String summary, PretrainedNames weightNames) {
    this.name = name;
    this.architecture = architecture;
    this.summary = summary;
    this.weightNames = weightNames;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }

  /** The class in transformers that the family corresponds to, such as LlamaForCausalLM. */
  public final String architecture() {
    return architecture;
  }

  /**
   * A model whose parameters are undefined, in a long-lived scope of its own.
   *
   * @param config the configuration, merged with the generation settings
   * @param json the files as they are
   * @throws IllegalArgumentException if the configuration has a key that is missing, wrong or not
   *     supported
   */
  public abstract M undefined(ConfigJson config, PretrainedConfig json, Engine engine, DType dtype);

  /**
   * The number of weights, biases and norms aside, that a configuration describes; a double, since
   * the product of the sizes in a file may exceed a long.
   */
  public abstract double numParameters(ConfigJson config);

  @Override
  public final Family family() {
    return Family.LANGUAGE;
  }

  @Override
  public final List<InputTensor> inputs(Settings settings) {
    return List.of(InputTensor.integers(INPUT, InputSize.any("batch"), InputSize.any("time")));
  }

  /** The logits after each token, (batch, time, vocab). */
  @Override
  public final Tensor predict(M model, Map<String, Tensor> inputs) {
    return model.forward(inputs.get(INPUT));
  }

  @Override
  public final List<Capability<M>> capabilities() {
    return List.of(
        new Capability.Decode<>(model -> model),
        new Capability.Score<>((model, ids) -> model.forward(ids)),
        new Capability.Embed<>((model, ids) -> model.embed(ids)));
  }

  @Override
  public final PretrainedNames weightNames(Module module) {
    return weightNames.forModel(module.namedParameters().keySet());
  }
}
