package io.troupe.nn.pretrained;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.checkpoint.WeightLoader;
import io.troupe.nn.checkpoint.WholeFile;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.lm.PretrainedConfig;
import io.troupe.nn.registry.LanguageModelEntry;
import io.troupe.nn.registry.ModelRegistry;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads and saves language models as Hugging Face folders, the format of transformers: {@code
 * config.json}, {@code model.safetensors} (or shards of it) and {@code generation_config.json}. The
 * caller saves the tokenizer.
 */
public final class PretrainedModel {
  static final String CONFIG = "config.json";
  private static final String TIED = "tie_word_embeddings";
  static final String GENERATION_CONFIG = "generation_config.json";

  private static final Logger LOG = LoggerFactory.getLogger(PretrainedModel.class);

  private PretrainedModel() {}

  /**
   * Loads a model in FLOAT32.
   *
   * @throws CheckpointFormatException if the folder does not hold a supported, complete model
   */
  public static CausalLM load(Path folder, Engine engine) {
    return load(folder, engine, DType.FLOAT32);
  }

  /**
   * Loads a model in FLOAT32 or FLOAT64.
   *
   * @throws CheckpointFormatException if the folder does not hold a supported, complete model
   */
  public static CausalLM load(Path folder, Engine engine, DType dtype) {
    PretrainedConfig read = readConfig(folder);
    try (WeightFiles files = WeightFiles.open(folder)) {
      PretrainedConfig json = withTiedHead(folder, read, files);
      // Shapes are compared after the model is created; a configuration that is far too large for
      // its files must not allocate that memory.
      double most = 2.0 * files.numElements() + (1 << 16);
      CausalLM model = create(folder.resolve(CONFIG).toString(), json, engine, dtype, most);
      try {
        Map<String, Tensor> parameters = model.namedParameters();
        List<String> skipped =
            WeightLoader.load(
                folder.toString(),
                CONFIG,
                files.fileOfTensor(),
                family(json).weightNames(model),
                parameters);
        if (!skipped.isEmpty()) {
          LOG.warn(
              "{}: {} tensors are not part of a {} and are skipped: {}",
              folder,
              skipped.size(),
              family(json).architecture(),
              WeightLoader.shortened(skipped));
        }
        return model;
      } catch (RuntimeException e) {
        model.close();
        throw e;
      }
    }
  }

  /** Adds a missing tie_word_embeddings if the files have no output layer. */
  private static PretrainedConfig withTiedHead(
      Path folder, PretrainedConfig json, WeightFiles files) {
    ConfigJson config = WeightFiles.parseJson(folder.resolve(CONFIG), json.configJson());
    if (config.has(TIED) || files.fileOfTensor().containsKey("lm_head.weight")) {
      return json;
    }
    LOG.warn(
        "{}: there is no lm_head.weight, and config.json does not set {}: the embedding is used as"
            + " the output layer",
        folder,
        TIED);
    config.node().put(TIED, true);
    return new PretrainedConfig(config.text(), json.generationConfigJson());
  }

  /**
   * A second model with the same configuration, type and weights, in its own scope. The caller must
   * close it.
   */
  public static CausalLM copy(CausalLM model, Engine engine) {
    CausalLM copy = undefined(model, engine);
    model.copyTo(copy);
    return copy;
  }

  /**
   * A second model with the same configuration and type and undefined weights, for callers that
   * overwrite them. The caller must close it.
   */
  public static CausalLM undefined(CausalLM model, Engine engine) {
    DType dtype = model.namedParameters().values().iterator().next().dtype();
    return create(
        "the model's configuration",
        model.pretrainedConfig(),
        engine,
        dtype,
        Double.POSITIVE_INFINITY);
  }

  /**
   * Saves a model without conversion of its parameters.
   *
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  public static void save(CausalLM model, Path folder) throws IOException {
    Tensor first = model.namedParameters().values().iterator().next();
    save(model, folder, new SaveOptions(StorageType.of(first.dtype())));
  }

  /**
   * Saves a model.
   *
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  public static void save(CausalLM model, Path folder, SaveOptions options) throws IOException {
    Files.createDirectories(folder);
    PretrainedConfig json = model.pretrainedConfig();
    WeightSaver.save(folder, family(json).weightNames(model), model.namedParameters(), options);
    ConfigJson config = ConfigJson.parse(json.configJson());
    String typeKey =
        config.has("dtype")
            ? "dtype"
            : "torch_dtype"; // transformers 5 writes dtype; 4 and 5 read torch_dtype
    config.node().put(typeKey, options.type().torchName());
    if (json.generationConfigJson().isPresent()) {
      WholeFile.write(folder.resolve(GENERATION_CONFIG), json.generationConfigJson().get());
    }
    WholeFile.write(folder.resolve(CONFIG), config.text());
  }

  private static PretrainedConfig readConfig(Path folder) {
    Path config = folder.resolve(CONFIG);
    if (!Files.isDirectory(folder)) {
      throw new CheckpointFormatException(
          "model folder " + folder + " must exist; name a folder that contains config.json");
    }
    if (!Files.isRegularFile(config)) {
      throw new CheckpointFormatException(
          folder + " must contain config.json, got none; name a Hugging Face model folder");
    }
    Path generation = folder.resolve(GENERATION_CONFIG);
    Optional<String> generationJson =
        Files.isRegularFile(generation)
            ? Optional.of(WeightFiles.readText(generation))
            : Optional.empty();
    generationJson.ifPresent(text -> WeightFiles.parseJson(generation, text));
    return new PretrainedConfig(WeightFiles.readText(config), generationJson);
  }

  private static LanguageModelEntry<?> family(PretrainedConfig json) {
    return ModelRegistry.languageModel(ConfigJson.parse(json.configJson()));
  }

  private static CausalLM create(
      String source, PretrainedConfig json, Engine engine, DType dtype, double mostParameters) {
    try {
      ConfigJson config = ConfigJson.parse(json.configJson());
      json.generationConfigJson().map(ConfigJson::parse).ifPresent(config::mergeTokens);
      LanguageModelEntry<?> family = ModelRegistry.languageModel(config);
      if (family.numParameters(config) > mostParameters) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "it asks for %.0f weights, far more than the files beside it hold: fetch the folder"
                    + " again",
                family.numParameters(config)));
      }
      return family.undefined(config, json, engine, dtype);
    } catch (IllegalArgumentException e) {
      throw new CheckpointFormatException(source + ": " + e.getMessage(), e);
    }
  }
}
