package io.troupe.serving.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.EarlyStopping;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.LoadConfig;
import io.troupe.rollout.pretrained.PublishedSettings;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The settings of a request, with the names, meanings and defaults of vLLM. Settings that are
 * absent come from the model's {@code generation_config.json}, as in vLLM; without one, tokens are
 * sampled from the whole vocabulary with temperature 1. A temperature of 0 is greedy decoding.
 *
 * @param config the settings; the seed is random if the request has none
 * @param scoresPrompt whether {@code max_tokens} is 0: no token is decoded
 * @param specialTokens whether {@code skip_special_tokens} is false
 */
public record GenerationFields(
    GenerationConfig config, boolean scoresPrompt, SpecialTokenText specialTokens) {
  private static final int MAX_STOPS = 64;
  private static final int MAX_STOP_LENGTH = 1024;
  private static final SecureRandom SEEDS = new SecureRandom();

  /**
   * Reads the settings out of a request.
   *
   * @param defaults of the model
   * @param maxTokens number of new tokens if the request does not say; empty for as many as the
   *     model's context allows
   * @param limits of the endpoint
   * @throws InvalidFieldException if a field has a value that is not accepted
   */
  public static GenerationFields read(
      JsonFields fields, PublishedSettings defaults, OptionalInt maxTokens, LoadConfig limits) {
    OptionalInt asked = maxTokens(fields);
    int newTokens = asked.orElse(maxTokens.orElse(Integer.MAX_VALUE));
    int completions = fields.integer("n", 1, limits.maxCompletions()).orElse(1);
    requireBestOf(fields, completions);
    try {
      GenerationConfig config =
          GenerationConfig.DEFAULTS
              .withMaxNewTokens(Math.max(1, newTokens))
              .withMinNewTokens(fields.integer("min_tokens", 0, Integer.MAX_VALUE).orElse(0))
              .withSeed(fields.integer("seed").orElseGet(SEEDS::nextLong));
      config = penalties(config, fields, defaults);
      config = stops(config, fields);
      config = selection(config, fields, defaults, completions);
      config = config.withConstraint(ConstraintFields.read(fields));
      boolean hidden = fields.flag("skip_special_tokens").orElse(true);
      return new GenerationFields(
          config, newTokens == 0, hidden ? SpecialTokenText.HIDDEN : SpecialTokenText.VISIBLE);
    } catch (IllegalArgumentException e) { // out of range: the message names the setting
      throw SettingNames.inFields(e);
    }
  }

  private static OptionalInt maxTokens(JsonFields fields) {
    OptionalInt maxTokens = fields.integer("max_tokens", 0, Integer.MAX_VALUE);
    OptionalInt newer = fields.integer("max_completion_tokens", 0, Integer.MAX_VALUE);
    return newer.isPresent() ? newer : maxTokens;
  }

  private static void requireBestOf(JsonFields fields, int completions) {
    int bestOf = fields.integer("best_of", 1, Integer.MAX_VALUE).orElse(completions);
    if (bestOf != completions) {
      throw fields.invalid("best_of", "equal to n=" + completions, bestOf);
    }
  }

  private static GenerationConfig selection(
      GenerationConfig config, JsonFields fields, PublishedSettings defaults, int completions) {
    double temperature = number("temperature", fields, defaults, defaults.isMarkedGreedy() ? 0 : 1);
    int topK =
        fields
            .integer("top_k", -1, Integer.MAX_VALUE)
            .orElse((int) defaults.number("top_k").orElse(0));
    double topP = number("top_p", fields, defaults, 1);
    double minP = number("min_p", fields, defaults, 0);
    boolean usesBeams = fields.flag("use_beam_search").orElse(false);
    double lengthPenalty = fields.number("length_penalty").orElse(1);
    boolean stopsEarly = fields.flag("early_stopping").orElse(false);
    if (usesBeams) {
      EarlyStopping stopping = stopsEarly ? EarlyStopping.TRUE : EarlyStopping.FALSE;
      return config
          .withBeams(completions, lengthPenalty, stopping)
          .withNumReturnSequences(completions);
    }
    config = config.withNumReturnSequences(completions);
    GenerationConfig sampled = // also checks the values that greedy decoding does not use
        config.withSampling(temperature == 0 ? 1 : temperature, Math.max(0, topK), topP, minP);
    return temperature == 0 ? config : sampled;
  }

  private static double number(
      String name, JsonFields fields, PublishedSettings defaults, double otherwise) {
    return fields.number(name).orElse(defaults.number(name).orElse(otherwise));
  }

  private static GenerationConfig penalties(
      GenerationConfig config, JsonFields fields, PublishedSettings defaults) {
    return config
        .withRepetitionPenalty(number("repetition_penalty", fields, defaults, 1))
        .withPresencePenalty(fields.number("presence_penalty").orElse(0))
        .withFrequencyPenalty(fields.number("frequency_penalty").orElse(0))
        .withLogitBias(logitBias(fields));
  }

  private static Map<Integer, Double> logitBias(JsonFields fields) {
    Map<Integer, Double> bias = new HashMap<>();
    fields
        .node("logit_bias")
        .ifPresent(
            value -> {
              if (!value.isObject()) {
                throw fields.invalid("logit_bias", "an object of token ids and numbers", value);
              }
              value
                  .properties()
                  .forEach(entry -> bias.put(tokenId(fields, entry.getKey()), bias(fields, entry)));
            });
    return bias;
  }

  private static double bias(JsonFields fields, Map.Entry<String, JsonNode> entry) {
    if (!entry.getValue().isNumber()) {
      throw fields.invalid("logit_bias", "a number for each token", entry.getValue());
    }
    return entry.getValue().doubleValue();
  }

  private static int tokenId(JsonFields fields, String text) {
    try {
      return Integer.parseUnsignedInt(text);
    } catch (NumberFormatException e) {
      throw fields.invalid("logit_bias", "an object with token ids as names", text);
    }
  }

  private static GenerationConfig stops(GenerationConfig config, JsonFields fields) {
    List<String> stops = fields.texts("stop", MAX_STOPS).orElse(List.of());
    for (String stop : stops) {
      if (stop.isEmpty() || stop.length() > MAX_STOP_LENGTH) {
        throw fields.invalid(
            "stop", "texts of 1 to " + MAX_STOP_LENGTH + " characters", stop.length());
      }
    }
    GenerationConfig stopped =
        config
            .withStopStrings(stops)
            .withStopTokenIds(
                Set.copyOf(fields.integers("stop_token_ids", MAX_STOPS).orElse(List.of())));
    return fields.flag("ignore_eos").orElse(false) ? stopped.withEosTokenIds(Set.of()) : stopped;
  }
}
