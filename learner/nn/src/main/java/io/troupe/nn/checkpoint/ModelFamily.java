package io.troupe.nn.checkpoint;

import io.troupe.nn.gpt2.Gpt2Config;
import io.troupe.nn.gpt2.Gpt2ConfigJson;
import io.troupe.nn.gpt2.Gpt2Model;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaConfigJson;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What files know about each family of models: its names, and which matrices they transpose. */
enum ModelFamily {
  LLAMA("model.", Set.of(LlamaConfig.LLAMA, LlamaConfig.QWEN2), null, ".*rotary_emb.inv_freq") {
    @Override
    CausalLM create(ConfigJson config, PretrainedConfig json, Engine engine, DType dtype) {
      return LlamaModel.undefined(LlamaConfigJson.read(config), json, engine, dtype);
    }

    @Override
    double numParameters(ConfigJson config) {
      return LlamaConfigJson.read(config).numParameters();
    }
  },
  GPT2(
      "transformer.",
      Set.of(Gpt2Config.GPT2),
      ".*\\.(attn\\.c_attn|attn\\.c_proj|mlp\\.c_fc|mlp\\.c_proj)\\.weight",
      ".*attn\\.(bias|masked_bias)") {
    @Override
    CausalLM create(ConfigJson config, PretrainedConfig json, Engine engine, DType dtype) {
      return Gpt2Model.undefined(Gpt2ConfigJson.read(config), json, engine, dtype);
    }

    @Override
    double numParameters(ConfigJson config) {
      return Gpt2ConfigJson.read(config).numParameters();
    }
  };

  private final String basePrefix;
  private final Set<String> modelTypes;
  private final Pattern transposed;
  private final Pattern buffers;

  /**
   * A family.
   *
   * @param basePrefix what files written from the model without its head leave off
   * @param transposed names of the matrices that files hold as (in, out); null for none
   * @param buffers names in files that are no parameters
   */
  ModelFamily(String basePrefix, Set<String> modelTypes, String transposed, String buffers) {
    this.basePrefix = basePrefix;
    this.modelTypes = modelTypes;
    this.transposed = transposed == null ? null : Pattern.compile(transposed);
    this.buffers = Pattern.compile(buffers);
  }

  /**
   * The family that a {@code config.json} names.
   *
   * @throws IllegalArgumentException if none does, naming those that are supported
   */
  static ModelFamily of(ConfigJson config) {
    String modelType = config.text("model_type", "");
    for (ModelFamily family : values()) {
      if (family.modelTypes.contains(modelType)) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        (modelType.isEmpty() ? "model_type is missing" : "model_type is \"" + modelType + "\"")
            + ": supported are "
            + Arrays.stream(values())
                .flatMap(family -> family.modelTypes.stream())
                .sorted()
                .collect(Collectors.joining(", ")));
  }

  /**
   * A model whose parameters are undefined.
   *
   * @param config as merged with the generation settings
   * @param json the files as they are
   */
  abstract CausalLM create(ConfigJson config, PretrainedConfig json, Engine engine, DType dtype);

  /** The weights that a configuration asks for, biases and norms aside. */
  abstract double numParameters(ConfigJson config);

  /** Whether files hold the transpose of a parameter. */
  boolean isTransposed(String parameter) {
    return transposed != null && transposed.matcher(parameter).matches();
  }

  /** Whether a name in a file is no parameter, such as a stored mask. */
  boolean isBuffer(String stored) {
    return buffers.matcher(stored).matches();
  }

  /** The name of a parameter in a file written from the model without its head. */
  String withoutPrefix(String parameter) {
    return parameter.startsWith(basePrefix) ? parameter.substring(basePrefix.length()) : parameter;
  }
}
