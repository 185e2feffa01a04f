package io.troupe.nn.llama;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.layers.RotaryParameters;
import io.troupe.nn.layers.RotaryParameters.Dynamic;
import io.troupe.nn.layers.RotaryParameters.Linear;
import io.troupe.nn.layers.RotaryParameters.Llama3;
import io.troupe.nn.layers.RotaryParameters.LongRope;
import io.troupe.nn.layers.RotaryParameters.Scaling;
import io.troupe.nn.layers.RotaryParameters.Unscaled;
import io.troupe.nn.layers.RotaryParameters.Yarn;
import io.troupe.nn.lm.ConfigJson;
import java.util.List;

/**
 * The rotary position embeddings in {@code config.json}. Both forms are read: {@code rope_scaling}
 * with {@code rope_theta} of transformers 4, and {@code rope_parameters} of transformers 5.
 *
 * @param parameters frequencies and scaling
 * @param context the maximum length of a sequence; transformers has no limit
 */
record RopeJson(RotaryParameters parameters, int context) {

  /** The keys of one model. */
  private record Keys(ConfigJson scaling, int maxPositions, int original, int headDim) {
    Scaling read(String type) {
      return switch (type) {
        case "default" -> new Unscaled();
        case "linear" -> new Linear(positive("factor"));
        case "dynamic" -> new Dynamic(positive("factor"), maxPositions);
        case "llama3" ->
            new Llama3(
                positive("factor"),
                positive("low_freq_factor"),
                positive("high_freq_factor"),
                original);
        case "yarn" -> yarn();
        case "longrope" -> longRope();
        default ->
            throw new IllegalArgumentException(
                "rope_type must be default, linear, dynamic, yarn, longrope or llama3, got \""
                    + type
                    + "\"");
      };
    }

    private Scaling yarn() {
      double factor = factor();
      return new Yarn(
          factor,
          scaling.has("attention_factor") ? positive("attention_factor") : mscale(factor),
          orElse(scaling.number("beta_fast", 0), 32),
          orElse(scaling.number("beta_slow", 0), 1),
          original,
          scaling.flag("truncate", true));
    }

    /** 0 means the default, as in transformers. */
    private static double orElse(double value, double byDefault) {
      return value == 0 ? byDefault : value;
    }

    private double mscale(double factor) {
      double mscale = scaling.number("mscale", 0);
      double mscaleAllDim = scaling.number("mscale_all_dim", 0);
      return mscale != 0 && mscaleAllDim != 0
          ? mscale(factor, mscale) / mscale(factor, mscaleAllDim)
          : mscale(factor, 1);
    }

    private static double mscale(double factor, double mscale) {
      return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
    }

    private Scaling longRope() {
      double factor = factor();
      double attention = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(original));
      return new LongRope(
          factors("short_factor"),
          factors("long_factor"),
          scaling.has("attention_factor") ? positive("attention_factor") : attention,
          original);
    }

    private List<Double> factors(String key) {
      List<Double> factors = scaling.numbers(key);
      if (factors.size() != headDim / 2 || factors.stream().anyMatch(factor -> !(factor > 0))) {
        throw new IllegalArgumentException(
            "the rope scaling's "
                + key
                + " must be a list of head_dim / 2 = "
                + headDim / 2
                + " numbers above 0, got "
                + (factors.size() == headDim / 2 ? factors : factors.size() + " elements"));
      }
      return factors;
    }

    private double factor() {
      return scaling.has("factor") ? positive("factor") : (double) maxPositions / original;
    }

    private double positive(String key) {
      double value = scaling.number(key, 0);
      if (!(value > 0)) {
        throw new IllegalArgumentException(
            "the rope scaling's " + key + " must be a number above 0, got " + scaling.shown(key));
      }
      return value;
    }
  }

  /**
   * Reads the keys.
   *
   * @param maxPositions {@code max_position_embeddings}
   * @param headDim features of a head
   * @throws IllegalArgumentException if a key is missing, wrong or not supported
   */
  static RopeJson read(ConfigJson json, int maxPositions, int headDim) {
    ConfigJson scaling =
        json.object("rope_parameters")
            .or(() -> json.object("rope_scaling"))
            .orElseGet(ConfigJson::empty);
    double theta = scaling.number("rope_theta", json.number("rope_theta", 10000));
    String type = scaling.text("rope_type", scaling.text("type", "default"));
    requireWholeHead(json, scaling, type);
    String key = "original_max_position_embeddings";
    int original = json.positive(key, scaling.positive(key, maxPositions));
    Scaling read = new Keys(scaling, maxPositions, original, headDim).read(type);
    return new RopeJson(new RotaryParameters(theta, read), context(read, maxPositions));
  }

  /** As transformers, which ignores the key for Llama with unscaled positions. */
  private static void requireWholeHead(ConfigJson json, ConfigJson scaling, String type) {
    double partial =
        scaling.number("partial_rotary_factor", json.number("partial_rotary_factor", 1));
    if (partial != 1 && !type.equals("default")) {
      throw new IllegalArgumentException(
          "partial_rotary_factor must be 1 for rope_type " + type + ", got " + partial);
    }
  }

  /**
   * The maximum length: with dynamic and YaRN scaling, {@code max_position_embeddings} is often the
   * original context, which the factor extends.
   */
  private static int context(Scaling scaling, int maxPositions) {
    return switch (scaling) {
      case Unscaled _, Linear _, Llama3 _, LongRope _ -> maxPositions;
      case Dynamic dynamic -> extended(maxPositions, dynamic.factor());
      case Yarn yarn ->
          Math.max(maxPositions, extended(yarn.originalMaxPositionEmbeddings(), yarn.factor()));
    };
  }

  private static int extended(int positions, double factor) {
    return (int) Math.min(Math.max(positions, positions * factor), 1 << 30);
  }

  /** The value of {@code max_position_embeddings} for a configuration. */
  static int maxPositionEmbeddings(LlamaConfig config) {
    return config.rope().scaling() instanceof Dynamic dynamic
        ? dynamic.originalMaxPositionEmbeddings()
        : config.lm().maxPositionEmbeddings();
  }

  /** Writes the keys of both forms. */
  static void write(RotaryParameters rope, ObjectNode node) {
    node.put("rope_theta", rope.ropeTheta());
    ObjectNode keys = node.putObject("rope_parameters");
    keys.put("rope_theta", rope.ropeTheta());
    switch (rope.scaling()) {
      case Unscaled() -> keys.put("rope_type", "default");
      case Linear(double factor) -> keys.put("rope_type", "linear").put("factor", factor);
      case Dynamic dynamic -> keys.put("rope_type", "dynamic").put("factor", dynamic.factor());
      case Llama3 llama3 ->
          keys.put("rope_type", "llama3")
              .put("factor", llama3.factor())
              .put("low_freq_factor", llama3.lowFreqFactor())
              .put("high_freq_factor", llama3.highFreqFactor())
              .put("original_max_position_embeddings", llama3.originalMaxPositionEmbeddings());
      case Yarn yarn ->
          keys.put("rope_type", "yarn")
              .put("factor", yarn.factor())
              .put("attention_factor", yarn.attentionFactor())
              .put("beta_fast", yarn.betaFast())
              .put("beta_slow", yarn.betaSlow())
              .put("truncate", yarn.truncate())
              .put("original_max_position_embeddings", yarn.originalMaxPositionEmbeddings());
      case LongRope longRope -> {
        keys.put("rope_type", "longrope")
            .put("attention_factor", longRope.attentionFactor())
            .put("original_max_position_embeddings", longRope.originalMaxPositionEmbeddings());
        longRope.shortFactor().forEach(keys.putArray("short_factor")::add);
        longRope.longFactor().forEach(keys.putArray("long_factor")::add);
      }
    }
    if (!keys.path("rope_type").asText().equals("default")) {
      node.set("rope_scaling", keys.deepCopy());
    }
  }
}
