package io.troupe.nn.smollm3;

import io.troupe.nn.decoder.DecoderArchitecture;
import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.LayerWindows;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.PreNormLayer;
import io.troupe.nn.decoder.QueryKeyNorms;
import io.troupe.nn.decoder.RopeJson;
import io.troupe.nn.decoder.RotaryTable;
import io.troupe.nn.decoder.SelfAttention;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The shape of a SmolLM3 model, with the names of transformers' {@code SmolLM3Config}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param positions the positions of each layer
 * @param windows the sliding window of each layer
 * @param attentionBias whether the four projections of attention have a bias
 * @param mlpBias whether the feed-forward projections have a bias
 */
public record SmolLM3Config(
    DecoderConfig config,
    RotaryTable rope,
    List<Positions> positions,
    LayerWindows windows,
    boolean attentionBias,
    boolean mlpBias)
    implements DecoderArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String SMOLLM3 = "smollm3";

  private static final String NO_ROPE_LAYERS = "no_rope_layers";
  private static final double DEFAULT_THETA = 2_000_000;
  private static final DecoderConfig.Defaults DEFAULTS =
      DecoderConfig.Defaults.of(SMOLLM3, 32768, 1e-6).withKeyValueHeads(4).withTiedEmbeddings();

  /** Copies the list. */
  public SmolLM3Config {
    positions = List.copyOf(positions);
  }

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static SmolLM3Config read(ConfigJson json) {
    RopeJson rope = RopeJson.readPartial(json, DEFAULT_THETA, DEFAULTS);
    DecoderConfig config = DecoderConfig.read(json, DEFAULTS, rope.context());
    int layers = config.lm().numHiddenLayers();
    List<Positions> positions = positions(json, layers);
    OptionalInt window =
        json.flag("use_sliding_window", false)
            ? LayerWindows.window(json, OptionalInt.empty())
            : OptionalInt.empty();
    return new SmolLM3Config(
        config,
        rope.table(),
        positions,
        LayerWindows.read(
            json, layers, window, layer -> positions.get(layer) instanceof Positions.None),
        json.flag("attention_bias", false),
        json.flag("mlp_bias", false));
  }

  /** In {@code no_rope_layers}, 1 is a layer with positions and 0 one without. */
  private static List<Positions> positions(ConfigJson json, int layers) {
    List<Double> given = json.numbers(NO_ROPE_LAYERS);
    int interval = json.positive("no_rope_layer_interval", 4);
    if (!given.isEmpty() && given.size() != layers) {
      throw new IllegalArgumentException(
          NO_ROPE_LAYERS
              + " must have num_hidden_layers="
              + layers
              + " elements, got "
              + given.size());
    }
    List<Positions> positions = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      boolean rotates =
          given.isEmpty() ? (layer + 1) % interval != 0 : given.get(layer).intValue() != 0;
      positions.add(rotates ? new Positions.Rotary(0) : new Positions.None());
    }
    return positions;
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
            new QueryKeyNorms.None(),
            positions.get(index),
            parts.scores(windows.of(index)),
            attentionBias);
    return new PreNormLayer(attention, parts.gated(mlpBias), parts.norm(), parts.norm());
  }
}
