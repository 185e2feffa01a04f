package io.troupe.nn.gemma;

import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.LayerWindows;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.QueryKeyNorms;
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
 * The shape of a Gemma 2 model, with the names of transformers' {@code Gemma2Config}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param windows the sliding window of each layer; every second layer has one
 * @param scores scale and soft cap of attention, without a window
 * @param finalLogitSoftcapping bounds the logits
 * @param attentionBias whether the four projections of attention have a bias
 */
public record Gemma2Config(
    DecoderConfig config,
    RotaryTable rope,
    LayerWindows windows,
    AttentionScores scores,
    OptionalDouble finalLogitSoftcapping,
    boolean attentionBias)
    implements GemmaArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String GEMMA2 = "gemma2";

  private static final DecoderConfig.Defaults DEFAULTS =
      new DecoderConfig.Defaults(
          GEMMA2, 4, 256, 8192, "hidden_activation", GemmaConfig.GELU, 1e-6, true);

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static Gemma2Config read(ConfigJson json) {
    GemmaArchitecture.requireCausal(json);
    RopeJson rope = RopeJson.read(json, DEFAULTS);
    DecoderConfig config = DecoderConfig.read(json, DEFAULTS, rope.context());
    LayerWindows windows =
        LayerWindows.read(
            json,
            config.lm().numHiddenLayers(),
            LayerWindows.window(json, OptionalInt.of(4096)),
            layer -> layer % 2 == 0);
    AttentionScores scores =
        AttentionScores.scaled(1 / Math.sqrt(json.positive("query_pre_attn_scalar", 256)))
            .withSoftCap(
                GemmaArchitecture.softCap(json, "attn_logit_softcapping", OptionalDouble.of(50)));
    return new Gemma2Config(
        config,
        rope.table(),
        windows,
        scores,
        GemmaArchitecture.softCap(json, "final_logit_softcapping", OptionalDouble.of(30)),
        json.flag("attention_bias", false));
  }

  @Override
  public List<RotaryTable> rotaryTables() {
    return List.of(rope);
  }

  @Override
  public Tensor logits(Tensor projected) {
    return GemmaArchitecture.capped(projected, finalLogitSoftcapping);
  }

  @Override
  public DecoderLayer layer(int index, Initializer initializer) {
    LayerParts parts = new LayerParts(this, initializer);
    SelfAttention attention =
        parts.attention(
            index,
            parts.separate(attentionBias),
            new QueryKeyNorms.None(),
            new Positions.Rotary(0),
            scores.withWindow(windows.of(index)),
            attentionBias);
    return new SandwichNormLayer(
        attention,
        parts.gated(false),
        new SandwichNormLayer.Norms(parts.norm(), parts.norm(), parts.norm(), parts.norm()));
  }
}
