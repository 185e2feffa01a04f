package io.troupe.nn.clip;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.WholeFile;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A directory that open_clip loads with {@code create_model("local-dir:...")}: {@code
 * open_clip_config.json} and {@code open_clip_model.safetensors}. {@code get_tokenizer} reads the
 * tokenizer's files in the same directory.
 *
 * @param mean of each channel, which open_clip subtracts from images in [0, 1]
 * @param std divisor of each channel
 */
public record OpenClipDirectory(List<Double> mean, List<Double> std) {
  private static final String CONFIG = "open_clip_config.json";
  private static final String WEIGHTS = "open_clip_model.safetensors";
  private static final int NUM_CHANNELS = 3;

  /** Copies the lists. */
  public OpenClipDirectory {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  /** Whether open_clip has such models: its images have three channels. */
  public static boolean isFor(ClipConfig config) {
    return config.vision().numChannels() == NUM_CHANNELS;
  }

  /**
   * Writes the files of a model.
   *
   * @throws IOException if the folder cannot be written; files are whole or absent
   */
  public void save(Path folder, ClipModel model) throws IOException {
    Files.createDirectories(folder);
    try (Scope _ = model.logitScale().scope().engine().open("open_clip directory")) {
      SafetensorsWriter.write(folder.resolve(WEIGHTS), OpenClipWeights.of(model));
    }
    WholeFile.write(folder.resolve(CONFIG), config(model.config()).text());
  }

  /** The content of {@code open_clip_config.json}. */
  ConfigJson config(ClipConfig config) {
    ConfigJson json = ConfigJson.empty();
    ObjectNode model = json.node().putObject("model_cfg");
    model.put("embed_dim", config.projectionDim());
    ClipEncoderConfig images = config.vision().encoder();
    ClipEncoderConfig texts = config.text().encoder();
    model.put("quick_gelu", images.activation() == Activation.QUICK_GELU);
    ObjectNode vision = model.putObject("vision_cfg");
    vision.put("image_size", config.vision().imageSize());
    vision.put("patch_size", config.vision().patchSize());
    vision.put("head_width", images.hiddenSize() / images.numAttentionHeads());
    putLayers(vision, images);
    ObjectNode text = model.putObject("text_cfg");
    text.put("context_length", config.text().maxPositionEmbeddings());
    text.put("vocab_size", config.text().vocabSize());
    text.put("heads", texts.numAttentionHeads());
    text.put("pool_type", "eos");
    text.put("eos_id", config.text().eosTokenId());
    text.put("hf_tokenizer_name", "."); // the name has no effect in a local directory
    putLayers(text, texts);
    ObjectNode preprocess = json.node().putObject("preprocess_cfg");
    mean.forEach(preprocess.putArray("mean")::add);
    std.forEach(preprocess.putArray("std")::add);
    return json;
  }

  private static void putLayers(ObjectNode node, ClipEncoderConfig config) {
    node.put("width", config.hiddenSize());
    node.put("layers", config.numHiddenLayers());
    node.put("mlp_ratio", mlpRatio(config.hiddenSize(), config.intermediateSize()));
  }

  /** open_clip rounds the product of width and ratio down. */
  static double mlpRatio(int width, int intermediate) {
    double ratio = (double) intermediate / width;
    return (int) (width * ratio) == intermediate ? ratio : (intermediate + 0.5) / width;
  }
}
