package io.troupe.nn.dpt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.lm.ConfigJson;

/** {@link DptConfig} as transformers' {@code config.json}. */
public final class DptConfigJson {
  private DptConfigJson() {}

  /** The settings of a {@code DPTForDepthEstimation}. */
  public static ConfigJson ofDepth(DptConfig config) {
    return json("DPTForDepthEstimation", config);
  }

  /**
   * The settings of a {@code DPTForSemanticSegmentation}.
   *
   * @param numLabels number of classes
   */
  public static ConfigJson ofSegmentation(DptConfig config, int numLabels) {
    ConfigJson json = json("DPTForSemanticSegmentation", config);
    ObjectNode names = json.node().putObject("id2label");
    ObjectNode ids = json.node().putObject("label2id");
    for (int label = 0; label < numLabels; label++) {
      names.put(Integer.toString(label), "LABEL_" + label);
      ids.put("LABEL_" + label, label);
    }
    json.node().put("use_auxiliary_head", true);
    return json;
  }

  private static ConfigJson json(String architecture, DptConfig config) {
    ConfigJson json = ConfigJson.empty();
    ObjectNode node = json.node();
    node.putArray("architectures").add(architecture);
    node.put("model_type", "dpt");
    node.put("image_size", config.imageSize());
    node.put("patch_size", config.patchSize());
    node.put("num_channels", config.numChannels());
    node.put("hidden_size", config.hiddenSize());
    node.put("intermediate_size", config.intermediateSize());
    node.put("num_hidden_layers", config.numHiddenLayers());
    node.put("num_attention_heads", config.numAttentionHeads());
    node.put("layer_norm_eps", config.layerNormEps());
    node.put("readout_type", "project");
    ArrayNode layers = node.putArray("backbone_out_indices");
    config.backboneOutIndices().forEach(layers::add);
    ArrayNode grids = node.putArray("neck_hidden_sizes");
    config.neckHiddenSizes().forEach(grids::add);
    node.put("fusion_hidden_size", config.fusionHiddenSize());
    node.put("torch_dtype", "float32");
    return json;
  }
}
