package io.troupe.nn.gemma;

import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.LayerWindows;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.RopeJson;
import io.troupe.nn.decoder.RotaryTable;
import io.troupe.nn.decoder.SandwichNormLayer;
import io.troupe.nn.decoder.SelfAttention;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.AttentionScores;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The shape of a Gemma 3 model for text, with the names of transformers' {@code Gemma3TextConfig}.
 * Layers with full attention and layers with a window have rotary tables of their own.
 *
 * @param config the settings that every family has
 * @param globalRope rotary position embeddings of layers with full attention
 * @param localRope rotary position embeddings of layers with a window
 * @param windows the sliding window of each layer
 * @param scores scale and soft cap of attention, without a window
 * @param finalLogitSoftcapping bounds the logits
 * @param attentionBias whether the four projections of attention have a bias
 */
public record Gemma3Config(
    DecoderConfig config,
    RotaryTable globalRope,
    RotaryTable localRope,
    LayerWindows windows,
    AttentionScores scores,
    OptionalDouble finalLogitSoftcapping,
    boolean attentionBias)
    implements GemmaArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String GEMMA3 = "gemma3_text";

  private static final DecoderConfig.Defaults DEFAULTS =
      new DecoderConfig.Defaults(
          GEMMA3, 4, 256, 131_072, "hidden_activation", GemmaConfig.GELU, 1e-6, true);

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static Gemma3Config read(ConfigJson json) {
    GemmaArchitecture.requireCausal(json);
    ConfigJson scaling = json.object("rope_scaling").orElseGet(ConfigJson::empty);
    double theta = json.number("rope_theta", 1_000_000);
    double localTheta = json.number("rope_local_base_freq", 10_000);
    RopeJson global = RopeJson.readForLayers(json, "full_attention", scaling, theta, DEFAULTS);
    RopeJson local =
        RopeJson.readForLayers(json, "sliding_attention", ConfigJson.empty(), localTheta, DEFAULTS);
    DecoderConfig config = DecoderConfig.read(json, DEFAULTS, global.context());
    int pattern = json.positive("sliding_window_pattern", 6);
    LayerWindows windows =
        LayerWindows.read(
            json,
            config.lm().numHiddenLayers(),
            LayerWindows.window(json, OptionalInt.of(4096)),
            layer -> (layer + 1) % pattern != 0);
    AttentionScores scores =
        AttentionScores.scaled(1 / Math.sqrt(json.positive("query_pre_attn_scalar", 256)))
            .withSoftCap(softCap(json, "attn_logit_softcapping"));
    return new Gemma3Config(
        config,
        global.table(),
        local.table(),
        windows,
        scores,
        softCap(json, "final_logit_softcapping"),
        json.flag("attention_bias", false));
  }

  private static OptionalDouble softCap(ConfigJson json, String key) {
    return GemmaArchitecture.softCap(json, key, OptionalDouble.empty());
  }

  @Override
  public List<RotaryTable> rotaryTables() {
    return List.of(globalRope, localRope);
  }

  @Override
  public Tensor logits(Tensor projected) {
    return GemmaArchitecture.capped(projected, finalLogitSoftcapping);
  }

  @Override
  public DecoderLayer layer(int index, Initializer initializer) {
    LayerParts parts = new LayerParts(this, initializer);
    OptionalInt window = windows.of(index);
    SelfAttention attention =
        parts.attention(
            index,
            parts.separate(attentionBias),
            parts.perHeadNorms(),
            new Positions.Rotary(window.isPresent() ? 1 : 0),
            scores.withWindow(window),
            attentionBias);
    return new SandwichNormLayer(
        attention,
        parts.gated(false),
        new SandwichNormLayer.Norms(parts.norm(), parts.norm(), parts.norm(), parts.norm()));
  }
}
