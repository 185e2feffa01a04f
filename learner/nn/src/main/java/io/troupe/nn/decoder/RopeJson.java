package io.troupe.nn.decoder;

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
 * @param rotaryDim rotated features of a head
 * @param context the maximum length of a sequence; transformers has no limit
 */
public record RopeJson(RotaryParameters parameters, int rotaryDim, int context) {

  private static final double DEFAULT_THETA = 10000;

  /** The keys of one model. */
  private record Keys(
      ConfigJson scaling, int maxPositions, int original, int headDim, int rotaryDim) {
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
        case "longrope", "su" -> longRope(); // su: the name in the first files of Phi-3
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
      if (factors.size() != rotaryDim / 2 || factors.stream().anyMatch(factor -> !(factor > 0))) {
        throw new IllegalArgumentException(
            "the rope scaling's "
                + key
                + " must be a list of "
                + (rotaryDim == headDim ? "head_dim" : "head_dim * partial_rotary_factor")
                + " / 2 = "
                + rotaryDim / 2
                + " numbers above 0, got "
                + (factors.size() == rotaryDim / 2 ? factors : factors.size() + " elements"));
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
   * @param headDim features of a head, all of which are rotated
   * @throws IllegalArgumentException if a key is missing, wrong or not supported
   */
  public static RopeJson read(ConfigJson json, int maxPositions, int headDim) {
    ConfigJson scaling = scaling(json);
    requireWholeHead(json, scaling, type(scaling));
    return read(json, scaling, theta(json, scaling, DEFAULT_THETA), maxPositions, headDim, headDim);
  }

  /**
   * Reads the keys of a family whose heads are rotated as a whole.
   *
   * @throws IllegalArgumentException if a key is missing, wrong or not supported
   */
  public static RopeJson read(ConfigJson json, DecoderConfig.Defaults defaults) {
    return read(json, defaults.maxPositionEmbeddings(json), defaults.headDim(json));
  }

  /**
   * Reads the keys of a family of whose heads the fraction {@code partial_rotary_factor} is
   * rotated.
   *
   * @param theta the value of {@code rope_theta} where it is absent
   * @throws IllegalArgumentException if a key is missing, wrong or not supported
   */
  public static RopeJson readPartial(
      ConfigJson json, double theta, DecoderConfig.Defaults defaults) {
    ConfigJson scaling = scaling(json);
    int headDim = defaults.headDim(json);
    int rotaryDim = (int) (headDim * partialRotaryFactor(json, scaling));
    return read(
        json,
        scaling,
        theta(json, scaling, theta),
        defaults.maxPositionEmbeddings(json),
        headDim,
        rotaryDim);
  }

  /**
   * Reads the keys of one type of layers, which {@code rope_parameters} may have apart (Gemma 3).
   *
   * @param layerType such as {@code sliding_attention}
   * @param scaling the keys where {@code rope_parameters} has none for the type
   * @param theta the value of {@code rope_theta} where these keys have none
   * @throws IllegalArgumentException if a key is missing, wrong or not supported
   */
  public static RopeJson readForLayers(
      ConfigJson json,
      String layerType,
      ConfigJson scaling,
      double theta,
      DecoderConfig.Defaults defaults) {
    ConfigJson keys =
        json.object("rope_parameters").flatMap(all -> all.object(layerType)).orElse(scaling);
    double base = keys.number("rope_theta", theta);
    int headDim = defaults.headDim(json);
    return read(json, keys, base, defaults.maxPositionEmbeddings(json), headDim, headDim);
  }

  private static double theta(ConfigJson json, ConfigJson scaling, double absent) {
    return scaling.number("rope_theta", json.number("rope_theta", absent));
  }

  /** The rotary embedding as a table of a decoder. */
  public RotaryTable table() {
    return new RotaryTable(rotaryDim, parameters);
  }

  private static double partialRotaryFactor(ConfigJson json, ConfigJson scaling) {
    String key = "partial_rotary_factor";
    double factor = scaling.number(key, json.number(key, 1));
    if (!(factor > 0) || factor > 1) {
      throw new IllegalArgumentException(key + " must be in (0, 1], got " + factor);
    }
    return factor;
  }

  private static ConfigJson scaling(ConfigJson json) {
    return json.object("rope_parameters")
        .or(() -> json.object("rope_scaling"))
        .orElseGet(ConfigJson::empty);
  }

  private static String type(ConfigJson scaling) {
    return scaling.text("rope_type", scaling.text("type", "default"));
  }

  /**
   * Reads one object of keys.
   *
   * @param scaling the object with {@code rope_type}
   * @param theta base of the frequencies
   */
  private static RopeJson read(
      ConfigJson json,
      ConfigJson scaling,
      double theta,
      int maxPositions,
      int headDim,
      int rotaryDim) {
    String key = "original_max_position_embeddings";
    int original = json.positive(key, scaling.positive(key, maxPositions));
    Scaling read =
        new Keys(scaling, maxPositions, original, headDim, rotaryDim).read(type(scaling));
    return new RopeJson(new RotaryParameters(theta, read), rotaryDim, context(read, maxPositions));
  }

  /** As transformers, which ignores the key for Llama with unscaled positions. */
  private static void requireWholeHead(ConfigJson json, ConfigJson scaling, String type) {
    double partial = partialRotaryFactor(json, scaling);
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
  public static int maxPositionEmbeddings(RotaryParameters rope, int context) {
    return rope.scaling() instanceof Dynamic dynamic
        ? dynamic.originalMaxPositionEmbeddings()
        : context;
  }

  /** Writes the keys of both forms. */
  public static void write(RotaryParameters rope, ObjectNode node) {
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
