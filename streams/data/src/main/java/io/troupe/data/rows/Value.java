package io.troupe.data.rows;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The value of a column, or a value nested in it. */
public sealed interface Value {
  /** Text. */
  record Text(String text) implements Value {}

  /**
   * A number, as its exact decimal text.
   *
   * @param literal as it is written in the file, such as {@code 12345678.0} or {@code 1e-7}; {@code
   *     NaN}, {@code Infinity} and {@code -Infinity} are possible
   */
  record Number(String literal) implements Value {
    /** Returns whether this is neither NaN nor infinite. */
    public boolean isFinite() {
      return !literal.endsWith("NaN") && !literal.endsWith("Infinity");
    }
  }

  /** True or false. */
  record Bool(boolean value) implements Value {}

  /** A JSON array or a Parquet list. */
  record Items(List<Value> values) implements Value {
    /** Copies the list. */
    public Items {
      values = List.copyOf(values);
    }
  }

  /** A JSON object, or a Parquet struct or map, in the order of the file. */
  record Struct(Map<String, Value> fields) implements Value {
    /** Copies the map. */
    public Struct {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** The fields as plain Java objects, as {@link Value#toJava} makes them. */
    public Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      fields.forEach((name, value) -> map.put(name, value.toJava()));
      return Collections.unmodifiableMap(map);
    }
  }

  /** JSON's null in an array or object. A column that is null is left out of its row. */
  enum Null implements Value {
    /** The only value. */
    NULL
  }

  /** Bytes, such as an encoded image. The content is not kept. */
  record Binary(long lengthBytes) implements Value {}

  /** Text of {@code value}. */
  static Value text(String value) {
    return new Text(value);
  }

  /**
   * The value as the text of a prompt field: text as it is, numbers as their literal, arrays and
   * objects as JSON.
   */
  default String asText() {
    return switch (this) {
      case Text(String text) -> text;
      case Number(String literal) -> literal;
      case Bool(boolean value) -> Boolean.toString(value);
      case Items items -> Json.write(items);
      case Struct struct -> Json.write(struct);
      case Null nothing -> "null";
      case Binary(long lengthBytes) -> lengthBytes + " bytes";
    };
  }

  /**
   * The value as plain Java objects, as chat templates read them: {@code String}, {@code Long},
   * {@code BigInteger}, {@code Double}, {@code Boolean}, {@code List}, {@code Map} and null.
   */
  default Object toJava() {
    return switch (this) {
      case Text(String text) -> text;
      case Number number -> Numbers.toJava(number.literal());
      case Bool(boolean value) -> value;
      case Items(List<Value> values) -> values.stream().map(Value::toJava).toList();
      case Struct struct -> struct.toMap();
      case Null nothing -> null;
      case Binary binary -> binary.asText();
    };
  }
}
