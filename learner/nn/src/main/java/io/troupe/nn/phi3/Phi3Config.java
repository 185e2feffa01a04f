package io.troupe.nn.phi3;

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
 * The shape of a Phi-3 or Phi-4-mini model, with the names of transformers' {@code Phi3Config}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param slidingWindow positions that a row attends to; empty for all
 */
public record Phi3Config(DecoderConfig config, RotaryTable rope, OptionalInt slidingWindow)
    implements DecoderArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String PHI3 = "phi3";

  private static final double DEFAULT_THETA = 10_000;
  private static final DecoderConfig.Defaults DEFAULTS =
      DecoderConfig.Defaults.of(PHI3, 4096, 1e-5);

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static Phi3Config read(ConfigJson json) {
    RopeJson rope = RopeJson.readPartial(json, DEFAULT_THETA, DEFAULTS);
    return new Phi3Config(
        DecoderConfig.read(json, DEFAULTS, rope.context()),
        rope.table(),
        LayerWindows.window(json, OptionalInt.empty()));
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
            parts.fused(),
            new QueryKeyNorms.None(),
            new Positions.Rotary(0),
            parts.scores(slidingWindow),
            false);
    return new PreNormLayer(attention, parts.fusedGated(), parts.norm(), parts.norm());
  }
}
