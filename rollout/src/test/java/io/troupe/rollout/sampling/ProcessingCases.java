package io.troupe.rollout.sampling;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.GenerationConfig;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The settings of the cases in {@code decoding/generate.py}. */
public final class ProcessingCases {
  private ProcessingCases() {}

  /** The settings, added to others. */
  public static GenerationConfig config(GenerationConfig base, JsonNode settings) {
    return base.withMinNewTokens(settings.path("min_new_tokens").asInt(0))
        .withLogitBias(biases(settings.path("logit_bias")))
        .withRepetitionPenalty(settings.path("repetition_penalty").asDouble(1))
        .withFrequencyPenalty(settings.path("frequency_penalty").asDouble(0))
        .withPresencePenalty(settings.path("presence_penalty").asDouble(0));
  }

  /** The tokens that end a completion. */
  public static Set<Integer> ends(JsonNode settings) {
    Set<Integer> ends = new HashSet<>();
    settings.path("end").forEach(id -> ends.add(id.asInt()));
    return ends;
  }

  /** Biases by token id. */
  public static Map<Integer, Double> biases(JsonNode object) {
    Map<Integer, Double> biases = new HashMap<>();
    object
        .properties()
        .forEach(bias -> biases.put(Integer.valueOf(bias.getKey()), bias.getValue().asDouble()));
    return biases;
  }
}
