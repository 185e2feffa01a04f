package io.troupe.nn.mistral;

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
import java.util.List;
import java.util.OptionalInt;

/**
 * The shape of a Mistral model, with the names of transformers' {@code MistralConfig}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param slidingWindow positions that a row attends to; empty for all
 */
public record MistralConfig(DecoderConfig config, RotaryTable rope, OptionalInt slidingWindow)
    implements DecoderArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String MISTRAL = "mistral";

  private static final int DEFAULT_WINDOW = 4096;
  private static final DecoderConfig.Defaults DEFAULTS =
      DecoderConfig.Defaults.of(MISTRAL, 4096 * 32, 1e-6).withKeyValueHeads(8);

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static MistralConfig read(ConfigJson json) {
    if (json.has("layer_types")) {
      throw new IllegalArgumentException(
          "layer_types must be absent for model_type mistral, got " + json.shown("layer_types"));
    }
    RopeJson rope = RopeJson.read(json, DEFAULTS);
    return new MistralConfig(
        DecoderConfig.read(json, DEFAULTS, rope.context()),
        rope.table(),
        LayerWindows.window(json, OptionalInt.of(DEFAULT_WINDOW)));
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
            parts.separate(false),
            new QueryKeyNorms.None(),
            new Positions.Rotary(0),
            parts.scores(slidingWindow),
            false);
    return new PreNormLayer(attention, parts.gated(false), parts.norm(), parts.norm());
  }
}
