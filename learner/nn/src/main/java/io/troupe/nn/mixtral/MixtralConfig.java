package io.troupe.nn.mixtral;

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
import io.troupe.nn.layers.GatedFeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The shape of a Mixtral model, with the names of transformers' {@code MixtralConfig}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param slidingWindow positions that a row attends to; empty for all
 * @param numLocalExperts experts of each layer
 * @param numExpertsPerTok experts of each row
 * @param routerLossCoefficient of the load-balancing loss; empty without it
 */
public record MixtralConfig(
    DecoderConfig config,
    RotaryTable rope,
    OptionalInt slidingWindow,
    int numLocalExperts,
    int numExpertsPerTok,
    OptionalDouble routerLossCoefficient)
    implements DecoderArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String MIXTRAL = "mixtral";

  private static final double DEFAULT_THETA = 1_000_000;
  private static final GatedFeedForward.Names NAMES = new GatedFeedForward.Names("w1", "w3", "w2");
  private static final DecoderConfig.Defaults DEFAULTS =
      DecoderConfig.Defaults.of(MIXTRAL, 4096 * 32, 1e-5).withKeyValueHeads(8);

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static MixtralConfig read(ConfigJson json) {
    RopeJson rope = RopeJson.readPartial(json, DEFAULT_THETA, DEFAULTS);
    return new MixtralConfig(
        DecoderConfig.read(json, DEFAULTS, rope.context()),
        rope.table(),
        LayerWindows.window(json, OptionalInt.empty()),
        json.positive("num_local_experts", 8),
        json.positive("num_experts_per_tok", 2),
        DecoderArchitecture.routerLossCoefficient(json));
  }

  @Override
  public double numParameters() {
    return config.numParameters(numLocalExperts * (3.0 * config.intermediateSize() + 1));
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
    return new PreNormLayer(
        "block_sparse_moe",
        attention,
        parts.experts(NAMES, config.intermediateSize(), numLocalExperts, numExpertsPerTok, true),
        parts.norm(),
        parts.norm());
  }
}
