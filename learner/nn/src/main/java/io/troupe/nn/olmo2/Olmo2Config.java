package io.troupe.nn.olmo2;

import io.troupe.nn.decoder.DecoderArchitecture;
import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.PostNormLayer;
import io.troupe.nn.decoder.RopeJson;
import io.troupe.nn.decoder.RotaryTable;
import io.troupe.nn.decoder.SelfAttention;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.OptionalInt;

/**
 * The shape of an OLMo 2 model, with the names of transformers' {@code Olmo2Config}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param attentionBias whether the four projections of attention have a bias
 */
public record Olmo2Config(DecoderConfig config, RotaryTable rope, boolean attentionBias)
    implements DecoderArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String OLMO2 = "olmo2";

  private static final DecoderConfig.Defaults DEFAULTS =
      DecoderConfig.Defaults.of(OLMO2, 2048, 1e-5);

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static Olmo2Config read(ConfigJson json) {
    RopeJson rope = RopeJson.read(json, DEFAULTS);
    return new Olmo2Config(
        DecoderConfig.read(json, DEFAULTS, rope.context()),
        rope.table(),
        json.flag("attention_bias", false));
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
            parts.allHeadsNorms(),
            new Positions.Rotary(0),
            parts.scores(OptionalInt.empty()),
            attentionBias);
    return new PostNormLayer(attention, parts.gated(false), parts.norm(), parts.norm());
  }
}
