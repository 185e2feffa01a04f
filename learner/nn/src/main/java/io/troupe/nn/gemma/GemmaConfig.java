package io.troupe.nn.gemma;

import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.PreNormLayer;
import io.troupe.nn.decoder.QueryKeyNorms;
import io.troupe.nn.decoder.RopeJson;
import io.troupe.nn.decoder.RotaryTable;
import io.troupe.nn.decoder.SelfAttention;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.OptionalInt;

/**
 * The shape of a Gemma model of the first generation, with the names of transformers' {@code
 * GemmaConfig}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param attentionBias whether the four projections of attention have a bias
 */
public record GemmaConfig(DecoderConfig config, RotaryTable rope, boolean attentionBias)
    implements GemmaArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String GEMMA = "gemma";

  /** The tanh approximation of GELU. */
  static final String GELU = "gelu_pytorch_tanh";

  private static final String HIDDEN_ACT = "hidden_act";
  private static final String HIDDEN_ACTIVATION = "hidden_activation";

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static GemmaConfig read(ConfigJson json) {
    GemmaArchitecture.requireCausal(json);
    String activationKey = json.has(HIDDEN_ACTIVATION) ? HIDDEN_ACTIVATION : HIDDEN_ACT;
    DecoderConfig.Defaults defaults =
        new DecoderConfig.Defaults(GEMMA, 16, 256, 8192, activationKey, GELU, 1e-6, true);
    RopeJson rope = RopeJson.read(json, defaults);
    return new GemmaConfig(
        withApproximateGelu(DecoderConfig.read(json, defaults, rope.context())),
        rope.table(),
        json.flag("attention_bias", false));
  }

  /** The first published files say gelu, and mean its approximation. */
  private static DecoderConfig withApproximateGelu(DecoderConfig read) {
    return read.hiddenAct() == Activation.GELU ? read.withHiddenAct(Activation.GELU_NEW) : read;
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
            new Positions.Rotary(0),
            parts.scores(OptionalInt.empty()),
            attentionBias);
    return new PreNormLayer(attention, parts.gated(false), parts.norm(), parts.norm());
  }
}
