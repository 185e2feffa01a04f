package io.troupe.nn.lm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads settings from a JSON object such as {@code config.json}. A key that is absent or null has
 * its default; a value of the wrong type or out of range causes an {@link IllegalArgumentException}
 * with the key, the value and the expectation.
 */
public final class ConfigJson {
  private static final String EOS = "eos_token_id";
  private static final String BOS = "bos_token_id";
  private static final String PAD = "pad_token_id";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final ObjectNode node;

  private ConfigJson(ObjectNode node) {
    this.node = node;
  }

  /** Parses the text of a file. */
  public static ConfigJson parse(String text) {
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        return new ConfigJson(object);
      }
      throw new IllegalArgumentException(
          "content must be a JSON object { ... }, got another value");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** An object without keys. */
  public static ConfigJson empty() {
    return new ConfigJson(MAPPER.createObjectNode());
  }

  /** The object, for writing. */
  public ObjectNode node() {
    return node;
  }

  /** The text of the object, indented, keys in their order. */
  public String text() {
    return node.toPrettyString() + "\n";
  }

  /** Whether the key is present and not null. */
  public boolean has(String key) {
    return node.hasNonNull(key);
  }

  /** A required integer above 0. */
  public int requirePositive(String key) {
    if (!has(key)) {
      throw new IllegalArgumentException(key + " must be an integer above 0, got none");
    }
    return positive(key, 0);
  }

  /** An integer above 0. */
  public int positive(String key, int absent) {
    return integer(key, absent, 1, "an integer above 0");
  }

  /** An integer, at least 0. */
  public int notNegative(String key, int absent) {
    return integer(key, absent, 0, "an integer, at least 0");
  }

  private int integer(String key, int absent, int least, String expected) {
    if (!has(key)) {
      return absent;
    }
    JsonNode value = node.get(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < least) {
      throw wrong(key, expected);
    }
    return value.intValue();
  }

  /** A number. */
  public double number(String key, double absent) {
    if (!has(key)) {
      return absent;
    }
    if (!node.get(key).isNumber()) {
      throw wrong(key, "a number");
    }
    return node.get(key).doubleValue();
  }

  /** A list of numbers; empty when absent. */
  public List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    if (has(key)) {
      for (JsonNode element : node.get(key)) {
        if (!node.get(key).isArray() || !element.isNumber()) {
          throw wrong(key, "a list of numbers");
        }
        numbers.add(element.doubleValue());
      }
    }
    return numbers;
  }

  /** True or false. */
  public boolean flag(String key, boolean absent) {
    if (!has(key)) {
      return absent;
    }
    if (!node.get(key).isBoolean()) {
      throw wrong(key, "true or false");
    }
    return node.get(key).booleanValue();
  }

  /** A text. */
  public String text(String key, String absent) {
    if (!has(key)) {
      return absent;
    }
    if (!node.get(key).isTextual()) {
      throw wrong(key, "a text");
    }
    return node.get(key).textValue();
  }

  /** A list of texts; other elements are skipped, as in transformers' {@code architectures}. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    node.path(key).forEach(element -> texts.add(element.asText()));
    return texts;
  }

  /** An object inside this one. */
  public Optional<ConfigJson> object(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (node.get(key) instanceof ObjectNode object) {
      return Optional.of(new ConfigJson(object));
    }
    throw wrong(key, "an object { ... }");
  }

  /** A token id, if there is one: published files have null or -1 for none. */
  public OptionalInt tokenId(String key) {
    Set<Integer> ids = tokenIds(key);
    return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.iterator().next());
  }

  /** Token ids: one number or a list of them; empty when absent. Negative numbers mean no token. */
  public Set<Integer> tokenIds(String key) {
    Set<Integer> ids = new LinkedHashSet<>();
    if (has(key)) {
      JsonNode value = node.get(key);
      Iterable<JsonNode> elements = value.isArray() ? value : Set.of(value);
      for (JsonNode element : elements) {
        if (!element.isIntegralNumber() || !element.canConvertToInt()) {
          throw wrong(key, "a token id or a list of them");
        }
        if (element.intValue() >= 0) {
          ids.add(element.intValue());
        }
      }
    }
    return ids;
  }

  /** Writes a model's special tokens; null for a token that it does not have. */
  public void putTokens(LMConfig config) {
    switch (config.eosTokenIds().size()) {
      case 0 -> node.putNull(EOS);
      case 1 -> node.put(EOS, config.eosTokenIds().iterator().next());
      default -> config.eosTokenIds().stream().sorted().forEach(node.putArray(EOS)::add);
    }
    putToken(BOS, config.bosTokenId());
    putToken(PAD, config.padTokenId());
  }

  /**
   * Merges the special tokens of {@code generation_config.json}: decoding stops at the EOS tokens
   * of both files; the other tokens of the generation settings take precedence.
   */
  public void mergeTokens(ConfigJson generation) {
    Set<Integer> eos = new LinkedHashSet<>(tokenIds(EOS));
    eos.addAll(generation.tokenIds(EOS));
    ArrayNode ids = node.putArray(EOS);
    eos.forEach(ids::add);
    for (String key : List.of(BOS, PAD)) {
      if (generation.has(key)) {
        node.set(key, generation.node.get(key));
      }
    }
  }

  private void putToken(String key, OptionalInt id) {
    id.ifPresentOrElse(present -> node.put(key, present), () -> node.putNull(key));
  }

  private IllegalArgumentException wrong(String key, String expected) {
    return new IllegalArgumentException(key + " must be " + expected + ", got " + shown(key));
  }

  /** The value of a key for an error message, shortened; {@code none} if it is absent. */
  public String shown(String key) {
    String value = node.has(key) ? node.get(key).toString() : "none";
    return value.length() > 60 ? value.substring(0, 60) + "..." : value;
  }
}
