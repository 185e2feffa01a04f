package io.troupe.rollout.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.rollout.jinja.value.Value;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The special tokens that templates read, such as {@code bos_token}: from {@code
 * tokenizer_config.json}, and those that it lacks from {@code special_tokens_map.json}.
 */
final class SpecialTokenVariables {
  private static final List<String> ROLES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private SpecialTokenVariables() {}

  static Map<String, Value> read(Path folder) {
    Map<String, Value> variables = new HashMap<>();
    for (String name : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      AutoTokenizer.readOptional(folder, name).ifPresent(json -> addAll(variables, json));
    }
    return variables;
  }

  private static void addAll(Map<String, Value> variables, JsonNode json) {
    for (String role : ROLES) {
      JsonNode token = json.path(role);
      JsonNode content = token.isObject() ? token.path("content") : token;
      if (content.isTextual()) {
        variables.putIfAbsent(role, Value.text(content.textValue()));
      }
    }
  }
}
