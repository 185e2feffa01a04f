package io.troupe.nn.pipelines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StateDictNames;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.checkpoint.WholeFile;
import io.troupe.nn.diffusers.AutoencoderConfig;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.ControlNetConfig;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.UNet2DConditionConfig;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.schedulers.NoiseScheduler;
import io.troupe.nn.schedulers.SchedulerJson;
import io.troupe.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The models of a directory of Stable Diffusion in the layout of diffusers: {@code
 * model_index.json}, {@code unet}, {@code vae}, {@code text_encoder} and {@code scheduler}. The
 * folder {@code tokenizer} is read by the caller.
 *
 * @param vae between images and latents
 * @param unet denoises latents
 * @param textEncoder reads texts
 * @param scheduler of the noise
 */
public record DiffusionPipeline(
    AutoencoderKL vae,
    UNet2DConditionModel unet,
    PipelineTextEncoder textEncoder,
    NoiseScheduler scheduler) {
  /** The class of CLIP's tokenizer in transformers. */
  public static final String CLIP_TOKENIZER = "CLIPTokenizer";

  /** The class of a tokenizer of any kind, which is defined by its {@code tokenizer.json}. */
  public static final String ANY_TOKENIZER = "PreTrainedTokenizerFast";

  /** The folder of the tokenizer. */
  public static final String TOKENIZER = "tokenizer";

  private static final String INDEX = "model_index.json";
  private static final String CLASS = "_class_name";
  private static final String CONFIG = "config.json";
  private static final String SCHEDULER_CONFIG = "scheduler_config.json";
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
  private static final String TEXT_WEIGHTS = "model.safetensors";
  private static final long MAX_JSON_BYTES = 1 << 20;

  /** The classes that the parts must have. */
  private static final Map<String, String> CLASSES = classes();

  private static Map<String, String> classes() {
    Map<String, String> classes = new LinkedHashMap<>();
    classes.put("unet", "UNet2DConditionModel");
    classes.put("vae", "AutoencoderKL");
    classes.put("text_encoder", "CLIPTextModel");
    classes.put(TOKENIZER, CLIP_TOKENIZER);
    return classes;
  }

  /**
   * Loads a directory into the current scope.
   *
   * @throws CheckpointFormatException if a part is missing, is of another class, or does not fit
   */
  public static DiffusionPipeline load(Path folder) {
    requireIndex(folder);
    Initializer undefined = Initializer.undefined(DType.FLOAT32);
    AutoencoderKL vae =
        new AutoencoderKL(read(folder, "vae", CONFIG, AutoencoderConfig::read), undefined);
    UNet2DConditionModel unet =
        new UNet2DConditionModel(
            read(folder, "unet", CONFIG, UNet2DConditionConfig::read), undefined);
    PipelineTextEncoder textEncoder =
        new PipelineTextEncoder(
            read(folder, "text_encoder", CONFIG, PipelineTextEncoder::read), undefined);
    NoiseScheduler scheduler = read(folder, "scheduler", SCHEDULER_CONFIG, SchedulerJson::read);
    int features = textEncoder.config().encoder().hiddenSize();
    if (unet.config().crossAttentionDim() != features) {
      throw new CheckpointFormatException(
          "%s: cross_attention_dim of the unet must be the hidden_size %d of the text_encoder, got %d"
              .formatted(folder, features, unet.config().crossAttentionDim()));
    }
    loadWeights(folder.resolve("vae").resolve(WEIGHTS), vae, AutoencoderKL.weightNames());
    loadWeights(folder.resolve("unet").resolve(WEIGHTS), unet, StateDictNames.EXACT);
    loadWeights(
        folder.resolve("text_encoder").resolve(TEXT_WEIGHTS),
        textEncoder,
        PipelineTextEncoder.weightNames());
    return new DiffusionPipeline(vae, unet, textEncoder, scheduler);
  }

  private static void requireIndex(Path folder) {
    ConfigJson index = json(folder.resolve(INDEX), folder, INDEX);
    String name = index.text(CLASS, "");
    if (!name.startsWith("StableDiffusion") || name.contains("XL") || name.contains("3")) {
      throw new CheckpointFormatException(
          "%s: %s must be a StableDiffusionPipeline, got %s"
              .formatted(folder.resolve(INDEX), CLASS, index.shown(CLASS)));
    }
    CLASSES.forEach(
        (part, wanted) -> {
          JsonNode given = index.node().path(part).path(1);
          String fast = wanted + "Fast"; // transformers' name of a tokenizer in Rust
          boolean isAnyTokenizer = part.equals(TOKENIZER) && given.asText().equals(ANY_TOKENIZER);
          if (!given.asText().equals(wanted) && !given.asText().equals(fast) && !isAnyTokenizer) {
            throw new CheckpointFormatException(
                "%s: %s must be a %s, got %s"
                    .formatted(folder.resolve(INDEX), part, wanted, index.shown(part)));
          }
        });
  }

  private static <T> T read(Path folder, String part, String name, Function<ConfigJson, T> reader) {
    Path file = folder.resolve(part).resolve(name);
    ConfigJson json = json(file, folder, part.isEmpty() ? name : part + "/" + name);
    try {
      return reader.apply(json);
    } catch (IllegalArgumentException e) {
      throw new CheckpointFormatException(file + ": " + e.getMessage(), e);
    }
  }

  private static ConfigJson json(Path file, Path folder, String name) {
    if (!Files.isRegularFile(file)) {
      throw missing(folder, name);
    }
    try {
      if (Files.size(file) > MAX_JSON_BYTES) {
        throw new CheckpointFormatException(
            file + " must have at most " + MAX_JSON_BYTES + " bytes, got " + Files.size(file));
      }
      return ConfigJson.parse(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new CheckpointFormatException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static CheckpointFormatException missing(Path folder, String name) {
    return new CheckpointFormatException(
        "%s must contain %s, got none; name a directory that diffusers' save_pretrained wrote"
            .formatted(folder, name));
  }

  private static void loadWeights(Path file, Module module, WeightNames names) {
    if (!Files.isRegularFile(file)) {
      throw missing(file.getParent(), file.getFileName().toString());
    }
    StateDictFile.load(file, module, names);
  }

  /** The steps between texts, latents and images. */
  public LatentDiffusion latentDiffusion() {
    return latentDiffusion(List.of());
  }

  /** The steps between texts, latents and images, with ControlNets. */
  public LatentDiffusion latentDiffusion(List<Control> controls) {
    return LatentDiffusion.of(vae, unet, controls);
  }

  /**
   * Loads the directory of a ControlNet into the current scope.
   *
   * @throws CheckpointFormatException if it does not fit this pipeline
   */
  public ControlNetModel controlNet(Path folder) {
    ControlNetConfig config = read(folder, "", CONFIG, ControlNetConfig::read);
    if (config.unet().inChannels() != unet.config().inChannels()
        || !config.unet().channels().equals(unet.config().channels())
        || config.unet().crossAttentionDim() != unet.config().crossAttentionDim()) {
      throw new CheckpointFormatException(
          "%s must be a ControlNet with in_channels, block_out_channels and cross_attention_dim of the unet, got %d, %s and %d"
              .formatted(
                  folder,
                  config.unet().inChannels(),
                  config.unet().channels(),
                  config.unet().crossAttentionDim()));
    }
    ControlNetModel control = new ControlNetModel(config, Initializer.undefined(DType.FLOAT32));
    loadWeights(folder.resolve(WEIGHTS), control, StateDictNames.EXACT);
    return control;
  }

  /**
   * Writes the directory of a ControlNet.
   *
   * @throws IOException if a file cannot be written
   */
  public static void saveControlNet(Path folder, ControlNetModel control) throws IOException {
    write(folder, CONFIG, control.config().json());
    StateDictFile.save(folder.resolve(WEIGHTS), control, StorageType.F32);
  }

  /**
   * Writes the directory, without the tokenizer.
   *
   * @param tokenizerClass {@link #CLIP_TOKENIZER} or {@link #ANY_TOKENIZER}
   * @throws IOException if a file cannot be written
   */
  public void save(Path folder, String tokenizerClass) throws IOException {
    write(folder.resolve("vae"), CONFIG, vae.config().json());
    write(folder.resolve("unet"), CONFIG, unet.config().json());
    write(folder.resolve("text_encoder"), CONFIG, textEncoder.json());
    write(folder.resolve("scheduler"), SCHEDULER_CONFIG, SchedulerJson.write(scheduler));
    StateDictFile.save(folder.resolve("vae").resolve(WEIGHTS), vae, StorageType.F32);
    StateDictFile.save(folder.resolve("unet").resolve(WEIGHTS), unet, StorageType.F32);
    StateDictFile.save(
        folder.resolve("text_encoder").resolve(TEXT_WEIGHTS), textEncoder, StorageType.F32);
    write(folder, INDEX, index(tokenizerClass));
  }

  private ConfigJson index(String tokenizerClass) {
    ConfigJson index = ConfigJson.empty();
    ObjectNode node = index.node();
    node.put(CLASS, "StableDiffusionPipeline");
    node.put("_diffusers_version", "0.40.0");
    node.putArray("feature_extractor").addNull().addNull();
    node.putArray("image_encoder").addNull().addNull();
    node.put("requires_safety_checker", false);
    node.putArray("safety_checker").addNull().addNull();
    node.putArray("scheduler").add("diffusers").add(scheduler.getClass().getSimpleName());
    CLASSES.forEach(
        (part, name) ->
            node.putArray(part)
                .add(name.startsWith("CLIP") ? "transformers" : "diffusers")
                .add(part.equals(TOKENIZER) ? tokenizerClass : name));
    return index;
  }

  private static void write(Path folder, String name, ConfigJson json) throws IOException {
    Files.createDirectories(folder);
    WholeFile.write(folder.resolve(name), json.text());
  }
}
