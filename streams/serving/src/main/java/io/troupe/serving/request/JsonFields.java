package io.troupe.serving.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the fields of one JSON object. A field with {@code null} is absent. Each method throws
 * {@link InvalidFieldException} for a value of another type or out of range, and {@link
 * #requireNoOthers} for fields that no method has read: nothing is ignored silently.
 */
public final class JsonFields {
  private static final int MAX_DEPTH = 64;

  /** The mapper of everything that comes from outside: bounded depth and lengths. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(64)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final ObjectNode object;
  private final String prefix;
  private final Set<String> read = new HashSet<>();

  private JsonFields(ObjectNode object, String prefix) {
    this.object = object;
    this.prefix = prefix;
  }

  /**
   * The fields of a body.
   *
   * @throws InvalidFieldException with field {@code body} if it is not a JSON object of limited
   *     depth
   */
  public static JsonFields parse(byte[] body) {
    JsonNode node;
    try {
      node = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new InvalidFieldException(
          "body", "the body must be a JSON object, got " + e.getOriginalMessage());
    } catch (IOException e) {
      throw InvalidFieldException.of("body", "a JSON object", e.getMessage());
    }
    if (!(node instanceof ObjectNode object)) {
      throw InvalidFieldException.of("body", "a JSON object", node.getNodeType());
    }
    return new JsonFields(object, "");
  }

  /** The fields of an object inside, such as {@code stream_options}. */
  public Optional<JsonFields> object(String name) {
    return node(name).map(value -> object(name, value));
  }

  /** The fields of an object that has been read with {@link #node}. */
  public JsonFields object(String name, JsonNode value) {
    if (!(value instanceof ObjectNode inner)) {
      throw invalid(name, "an object", value);
    }
    return new JsonFields(inner, prefix + name + ".");
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    return object.hasNonNull(name);
  }

  /** Any value. */
  public Optional<JsonNode> node(String name) {
    read.add(name);
    return object.hasNonNull(name) ? Optional.of(object.get(name)) : Optional.empty();
  }

  /** A text. */
  public Optional<String> text(String name) {
    return node(name).map(value -> text(name, value));
  }

  private String text(String name, JsonNode value) {
    if (!value.isTextual()) {
      throw invalid(name, "a text", value);
    }
    return value.textValue();
  }

  /** A whole number in a range. */
  public OptionalInt integer(String name, int lowest, int highest) {
    return node(name)
        .map(value -> OptionalInt.of((int) whole(name, value, lowest, highest)))
        .orElseGet(OptionalInt::empty);
  }

  /** A whole number of 64 bits. */
  public OptionalLong integer(String name) {
    return node(name)
        .map(value -> OptionalLong.of(whole(name, value, Long.MIN_VALUE, Long.MAX_VALUE)))
        .orElseGet(OptionalLong::empty);
  }

  private long whole(String name, JsonNode value, long lowest, long highest) {
    boolean isWhole = value.isIntegralNumber() && value.canConvertToLong();
    if (!isWhole || value.longValue() < lowest || value.longValue() > highest) {
      boolean anyLong = lowest == Long.MIN_VALUE;
      throw invalid(
          name,
          anyLong
              ? "a whole number below 2^63"
              : "a whole number in [" + lowest + ", " + highest + "]",
          value);
    }
    return value.longValue();
  }

  /** A finite number; its range is checked where it is used. */
  public OptionalDouble number(String name) {
    return node(name)
        .map(value -> OptionalDouble.of(number(name, value)))
        .orElseGet(OptionalDouble::empty);
  }

  private double number(String name, JsonNode value) {
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw invalid(name, "a number", value);
    }
    return value.doubleValue();
  }

  /** True or false. */
  public Optional<Boolean> flag(String name) {
    return node(name)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw invalid(name, "true or false", value);
              }
              return value.booleanValue();
            });
  }

  /**
   * A text, or a list of texts.
   *
   * @param maxSize maximum number of texts
   */
  public Optional<List<String>> texts(String name, int maxSize) {
    return node(name)
        .map(
            value -> {
              if (value.isTextual()) {
                return List.of(value.textValue());
              }
              requireList(name, value, maxSize, "a text or a list of texts");
              List<String> texts = new ArrayList<>();
              value.forEach(item -> texts.add(text(name, item)));
              return texts;
            });
  }

  /**
   * A list of whole numbers.
   *
   * @param maxSize maximum number of elements
   */
  public Optional<List<Integer>> integers(String name, int maxSize) {
    return node(name)
        .map(
            value -> {
              requireList(name, value, maxSize, "a list of token ids");
              List<Integer> integers = new ArrayList<>(value.size());
              value.forEach(item -> integers.add((int) whole(name, item, 0, Integer.MAX_VALUE)));
              return integers;
            });
  }

  private void requireList(String name, JsonNode value, int maxSize, String expectation) {
    if (!value.isArray()) {
      throw invalid(name, expectation, value);
    }
    if (value.size() > maxSize) {
      throw invalid(name, "a list of at most " + maxSize + " elements", value.size());
    }
  }

  /** Refuses a field by name unless it is absent. */
  public void refuse(String name, String advice) {
    if (node(name).isPresent()) {
      throw new InvalidFieldException(
          prefix + name, prefix + name + " must be absent, it is not supported; " + advice);
    }
  }

  /** The error of a field of this object. */
  public InvalidFieldException invalid(String name, String expectation, Object got) {
    return InvalidFieldException.of(prefix + name, expectation, got);
  }

  /**
   * Checks that every field has been read.
   *
   * @throws InvalidFieldException naming the first one that has not
   */
  public void requireNoOthers() {
    for (var names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!read.contains(name) && object.hasNonNull(name)) {
        throw new InvalidFieldException(
            prefix + name, prefix + name + " must be absent, this endpoint does not support it");
      }
    }
  }
}
