package io.troupe.nn.qwen3;

import io.troupe.nn.decoder.DecoderArchitecture;
import io.troupe.nn.decoder.DecoderConfig;
import io.troupe.nn.decoder.DecoderLayer;
import io.troupe.nn.decoder.LayerParts;
import io.troupe.nn.decoder.Positions;
import io.troupe.nn.decoder.PreNormLayer;
import io.troupe.nn.decoder.RopeJson;
import io.troupe.nn.decoder.RotaryTable;
import io.troupe.nn.decoder.SelfAttention;
import io.troupe.nn.layers.FeedForwardBlock;
import io.troupe.nn.layers.GatedFeedForward;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The shape of a Qwen3 model with experts, with the names of transformers' {@code Qwen3MoeConfig}.
 *
 * @param config the settings that every family has
 * @param rope rotary position embeddings
 * @param slidingWindow positions that a row attends to; empty for all
 * @param attentionBias whether the four projections of attention have a bias
 * @param experts number and size of the experts
 * @param routerLossCoefficient of the load-balancing loss; empty without it
 * @param sparseLayers indices of the layers with experts; the others have a dense block
 */
public record Qwen3MoeConfig(
    DecoderConfig config,
    RotaryTable rope,
    OptionalInt slidingWindow,
    boolean attentionBias,
    Experts experts,
    OptionalDouble routerLossCoefficient,
    Set<Integer> sparseLayers)
    implements DecoderArchitecture {

  /** The name of the family in {@code config.json}. */
  public static final String QWEN3_MOE = "qwen3_moe";

  private static final DecoderConfig.Defaults DEFAULTS =
      DecoderConfig.Defaults.of(QWEN3_MOE, 32768, 1e-6).withKeyValueHeads(4);

  /** Copies the set. */
  public Qwen3MoeConfig {
    sparseLayers = Set.copyOf(sparseLayers);
  }

  /**
   * The experts of a layer.
   *
   * @param numExperts experts of each layer
   * @param numExpertsPerTok experts of each row
   * @param moeIntermediateSize inner features of an expert
   * @param normTopkProb whether the weights of a row's experts are divided by their sum
   */
  public record Experts(
      int numExperts, int numExpertsPerTok, int moeIntermediateSize, boolean normTopkProb) {
    private static Experts read(ConfigJson json) {
      return new Experts(
          json.positive("num_experts", json.positive("num_local_experts", 128)),
          json.positive("num_experts_per_tok", 8),
          json.positive("moe_intermediate_size", 768),
          json.flag("norm_topk_prob", false));
    }
  }

  /**
   * Reads a configuration.
   *
   * @throws IllegalArgumentException naming the key that is missing, wrong or not supported
   */
  public static Qwen3MoeConfig read(ConfigJson json) {
    RopeJson rope = RopeJson.read(json, DEFAULTS);
    DecoderConfig config = DecoderConfig.read(json, DEFAULTS, rope.context());
    int step = json.positive("decoder_sparse_step", 1);
    List<Double> dense = json.numbers("mlp_only_layers");
    Set<Integer> sparse =
        IntStream.range(0, config.lm().numHiddenLayers())
            .filter(layer -> (layer + 1) % step == 0 && !dense.contains((double) layer))
            .boxed()
            .collect(Collectors.toSet());
    return new Qwen3MoeConfig(
        config,
        rope.table(),
        Qwen3Config.window(json),
        json.flag("attention_bias", false),
        Experts.read(json),
        DecoderArchitecture.routerLossCoefficient(json),
        sparse);
  }

  @Override
  public double numParameters() {
    int layers = config.lm().numHiddenLayers();
    double ofExperts = experts.numExperts() * (3.0 * experts.moeIntermediateSize() + 1);
    double ofDense = 3.0 * config.intermediateSize();
    double share = (double) sparseLayers.size() / layers;
    return config.numParameters(share * ofExperts + (1 - share) * ofDense);
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
            parts.scores(slidingWindow),
            attentionBias);
    FeedForwardBlock mlp =
        sparseLayers.contains(index)
            ? parts.experts(
                GatedFeedForward.Names.DEFAULT,
                experts.moeIntermediateSize(),
                experts.numExperts(),
                experts.numExpertsPerTok(),
                experts.normTopkProb())
            : parts.gated(false);
    return new PreNormLayer(attention, mlp, parts.norm(), parts.norm());
  }
}
