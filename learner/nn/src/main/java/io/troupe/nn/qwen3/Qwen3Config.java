package io.troupe.nn.qwen3;

import io.troupe.nn.decoder.DecoderArchitecture;
import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.LayerWindows;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.PreNormLayer;
import io.troupe.nn.decoder.RopeJson;
import io.troupe.nn.decoder.RotaryTable;
import io.troupe.nn.decoder.SelfAttention;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.OptionalInt;

/**
 * The shape of a Qwen3 model, with the names of transformers' {@code Qwen3Config}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param windows the sliding window of each layer
 * @param attentionBias whether the four projections of attention have a bias
 */
public record Qwen3Config(
    DecoderConfig config, RotaryTable rope, LayerWindows windows, boolean attentionBias)
    implements DecoderArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String QWEN3 = "qwen3";

  private static final DecoderConfig.Defaults DEFAULTS =
      DecoderConfig.Defaults.of(QWEN3, 32768, 1e-6).withHeadDim(128);

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static Qwen3Config read(ConfigJson json) {
    RopeJson rope = RopeJson.read(json, DEFAULTS);
    DecoderConfig config = DecoderConfig.read(json, DEFAULTS, rope.context());
    int firstWithWindow = json.notNegative("max_window_layers", 28);
    LayerWindows windows =
        LayerWindows.read(
            json, config.lm().numHiddenLayers(), window(json), layer -> layer >= firstWithWindow);
    return new Qwen3Config(config, rope.table(), windows, json.flag("attention_bias", false));
  }

  /** The window of layers with sliding attention; empty if no layer has one. */
  static OptionalInt window(ConfigJson json) {
    return json.flag("use_sliding_window", false)
        ? OptionalInt.of(json.positive("sliding_window", 4096))
        : OptionalInt.empty();
  }

  @Override
  public List<RotaryTable> rotaryTables() {
    return List.of(rope);
  }

  @Override
  public DecoderLayer layer(int index, Initializer initializer) {
    LayerParts parts = new LayerParts(this, initializer);
    SelfAttention attention =
        parts.attention(
            index,
            parts.separate(attentionBias),
            parts.perHeadNorms(),
            new Positions.Rotary(0),
            parts.scores(windows.of(index)),
            attentionBias);
    return new PreNormLayer(attention, parts.gated(false), parts.norm(), parts.norm());
  }
}
