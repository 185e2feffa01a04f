package io.troupe.nn.clip;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StateDictNames;
import io.troupe.nn.checkpoint.WeightLoader;
import io.troupe.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of a CLIP model with the names of open_clip and of OpenAI's code: queries, keys and
 * values in one matrix, and projections to the common space as (in, out).
 */
public final class OpenClipWeights {
  private static final Pattern LAYER =
      Pattern.compile("(text|vision)_model\\.encoder\\.layers\\.(\\d+)\\.(.*)");
  private static final Pattern IN_PROJECTION = Pattern.compile("self_attn\\.([qkv])_proj\\.(.*)");

  private static final Map<String, String> TOP =
      Map.ofEntries(
          Map.entry("logit_scale", "logit_scale"),
          Map.entry("text_model.embeddings.token_embedding.weight", "token_embedding.weight"),
          Map.entry("text_model.embeddings.position_embedding.weight", "positional_embedding"),
          Map.entry("text_model.final_layer_norm.weight", "ln_final.weight"),
          Map.entry("text_model.final_layer_norm.bias", "ln_final.bias"),
          Map.entry("text_projection.weight", "text_projection"),
          Map.entry("vision_model.embeddings.class_embedding", "visual.class_embedding"),
          Map.entry("vision_model.embeddings.patch_embedding.weight", "visual.conv1.weight"),
          Map.entry(
              "vision_model.embeddings.position_embedding.weight", "visual.positional_embedding"),
          Map.entry("vision_model.pre_layrnorm.weight", "visual.ln_pre.weight"),
          Map.entry("vision_model.pre_layrnorm.bias", "visual.ln_pre.bias"),
          Map.entry("vision_model.post_layernorm.weight", "visual.ln_post.weight"),
          Map.entry("vision_model.post_layernorm.bias", "visual.ln_post.bias"),
          Map.entry("visual_projection.weight", "visual.proj"));

  /** A file with open_clip's names has this tensor. */
  private static final String MARK = "visual.conv1.weight";

  private OpenClipWeights() {}

  /** Whether a file has the names of open_clip. */
  public static boolean isIn(SafetensorsFile file) {
    return file.tensors().containsKey(MARK);
  }

  /**
   * Overwrites the weights of a model.
   *
   * @throws CheckpointFormatException if the tensors do not fit the model; nothing has been changed
   */
  public static void load(SafetensorsFile file, ClipModel model) {
    Map<String, Tensor> weights = of(model);
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    file.tensors().keySet().forEach(name -> files.put(name, file));
    WeightLoader.load(file.path().toString(), "the model", files, StateDictNames.EXACT, weights);
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              Place place = place(name);
              Tensor stored = weights.get(place.name());
              parameter.copyFrom(
                  place.isTransposed() ? stored.transpose(0, 1) : place.of(stored, parameter));
            });
  }

  /** Copies of the weights of a model, in the current scope, by the names of open_clip. */
  public static Map<String, Tensor> of(ClipModel model) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              Place place = place(name);
              Tensor weight = parameter.detach();
              if (place.part() < 0) {
                weights.put(
                    place.name(), place.isTransposed() ? weight.transpose(0, 1) : weight.copy());
                return;
              }
              Tensor whole =
                  weights.computeIfAbsent(
                      place.name(),
                      _ ->
                          Tensor.empty(weight.dtype(), weight.shape().with(0, 3 * weight.size(0))));
              place.of(whole, weight).copyFrom(weight);
            });
    return weights;
  }

  /**
   * Where a tensor of transformers is in a file of open_clip.
   *
   * @param part 0 to 2 for queries, keys and values of a joint tensor; -1 for a whole tensor
   */
  private record Place(String name, int part, boolean isTransposed) {
    /** The rows of a tensor of the model in the stored one; a view. */
    Tensor of(Tensor stored, Tensor parameter) {
      int rows = part < 0 ? 0 : parameter.size(0);
      return part < 0 ? stored : stored.rows(part * rows, (part + 1) * rows);
    }
  }

  private static Place place(String name) {
    Matcher layer = LAYER.matcher(name);
    if (!layer.matches()) {
      String stored = TOP.get(name);
      return new Place(
          stored, -1, stored.equals("text_projection") || stored.equals("visual.proj"));
    }
    String prefix =
        (layer.group(1).equals("vision") ? "visual." : "")
            + "transformer.resblocks."
            + layer.group(2)
            + ".";
    Matcher in = IN_PROJECTION.matcher(layer.group(3));
    if (in.matches()) {
      String joint = prefix + "attn.in_proj_" + in.group(2);
      return new Place(joint, "qkv".indexOf(in.group(1)), false);
    }
    String part =
        layer
            .group(3)
            .replace("self_attn.", "attn.")
            .replace("layer_norm", "ln_")
            .replace("mlp.fc1", "mlp.c_fc")
            .replace("mlp.fc2", "mlp.c_proj");
    return new Place(prefix + part, -1, false);
  }
}
