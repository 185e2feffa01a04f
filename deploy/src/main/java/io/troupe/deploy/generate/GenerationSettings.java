package io.troupe.deploy.generate;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.rollout.pretrained.PublishedSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Merges generation settings as transformers does: options override those of the model. */
public final class GenerationSettings {
  /** Number of beams of {@code --decoding beam}. */
  private static final int NUM_BEAMS = 4;

  private static final int MAX_ANSWER_TOKENS = 512;

  /** Settings that only affect sampling: an option with one of them turns sampling on. */
  private static final List<String> OF_SAMPLING = List.of("temperature", "top-k", "top-p", "min-p");

  private GenerationSettings() {}

  /**
   * The settings.
   *
   * @param modelJson text of the model's {@code generation_config.json}, if it has one
   * @param typed settings in kebab case
   * @param decoding greedy, sample or beam; null to go by the settings
   * @throws IllegalArgumentException if a setting is out of range
   */
  public static GenerationConfig of(Optional<String> modelJson, Config typed, String decoding) {
    return resolve(ofModel(modelJson), typed, decoding);
  }

  /**
   * The settings of an answer in a conversation, which may be longer than other completions by
   * default.
   *
   * @see #of
   */
  public static GenerationConfig ofAnswer(
      Optional<String> modelJson, Config typed, String decoding) {
    Config defaults = config(Map.of("max-new-tokens", MAX_ANSWER_TOKENS));
    return resolve(ofModel(modelJson).withFallback(defaults), typed, decoding);
  }

  private static Config ofModel(Optional<String> modelJson) {
    PublishedSettings published = PublishedSettings.read(modelJson);
    Map<String, Object> values = new HashMap<>();
    published.values().forEach((name, value) -> values.put(name.replace('_', '-'), value));
    if (!published.stopStrings().isEmpty()) {
      values.put("stop-strings", published.stopStrings());
    }
    return config(values);
  }

  private static GenerationConfig resolve(Config model, Config typed, String decoding) {
    Config chosen = typed.withFallback(decoding(decoding, typed));
    Config all = chosen.withFallback(withoutUnused(model, chosen.withFallback(model)));
    if (all.hasPath("num-beams") && all.getInt("num-beams") > 1 && !typed.hasPath("do-sample")) {
      all = all.withValue("do-sample", ConfigValueFactory.fromAnyRef(false));
    }
    GenerationConfig config = GenerationConfig.from(all);
    if (config.numReturnSequences() > 1 && !config.doSample() && config.numBeams() == 1) {
      throw new IllegalArgumentException(
          "num-return-sequences must be 1 for greedy decoding, got "
              + config.numReturnSequences()
              + "; add --do-sample, or --num-beams");
    }
    return config;
  }

  /** Without the sampling settings of the model if tokens are not sampled. */
  private static Config withoutUnused(Config model, Config all) {
    Config used = model;
    if (!all.hasPath("do-sample") || !all.getBoolean("do-sample")) {
      for (String key : OF_SAMPLING) {
        used = used.withoutPath(key);
      }
    }
    return used;
  }

  private static Config decoding(String name, Config typed) {
    if (name == null) {
      boolean samples =
          OF_SAMPLING.stream().anyMatch(typed::hasPath) && !typed.hasPath("num-beams");
      return samples ? config(Map.of("do-sample", true)) : ConfigFactory.empty();
    }
    return switch (name) {
      case "greedy" -> config(Map.of("do-sample", false, "num-beams", 1));
      case "sample" -> config(Map.of("do-sample", true, "num-beams", 1));
      case "beam" -> config(Map.of("do-sample", false, "num-beams", NUM_BEAMS));
      default ->
          throw new IllegalArgumentException(
              "decoding must be greedy, sample or beam, got " + name);
    };
  }

  private static Config config(Map<String, Object> values) {
    return ConfigFactory.parseMap(values);
  }
}
