package io.troupe.data.rows;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values as JSON. Numbers keep the text of the file. As Python writes them, {@code NaN}, {@code
 * Infinity} and {@code -Infinity} are read too. Jackson's limits apply: 1,000 levels of nesting,
 * 1,000 characters of a number, 20 million characters of a text.
 */
final class Json {
  /** Reads and writes; a parser's text of a number is that of the file. */
  static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private Json() {}

  /** The value at the parser's current token. */
  static Value read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> new Value.Text(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value.Number(number(parser.getText()));
      case VALUE_TRUE -> new Value.Bool(true);
      case VALUE_FALSE -> new Value.Bool(false);
      case VALUE_NULL -> Value.Null.NULL;
      case START_ARRAY -> items(parser);
      case START_OBJECT -> struct(parser);
      default -> throw new IllegalStateException("no value starts with " + parser.currentToken());
    };
  }

  private static String number(String literal) {
    return switch (literal) {
      case "+INF", "INF", "+Infinity" -> "Infinity";
      case "-INF" -> "-Infinity";
      default -> literal;
    };
  }

  private static Value items(JsonParser parser) throws IOException {
    List<Value> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(read(parser));
    }
    return new Value.Items(values);
  }

  private static Value struct(JsonParser parser) throws IOException {
    Map<String, Value> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, read(parser));
    }
    return new Value.Struct(fields);
  }

  /** The value as JSON without spaces. */
  static String write(Value value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      write(value, generator);
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return text.toString();
  }

  private static void write(Value value, JsonGenerator generator) throws IOException {
    switch (value) {
      case Value.Number(String literal) -> generator.writeRawValue(literal);
      case Value.Bool(boolean bool) -> generator.writeBoolean(bool);
      case Value.Null nothing -> generator.writeNull();
      case Value.Text text -> generator.writeString(text.text());
      case Value.Binary binary -> generator.writeString(binary.asText());
      case Value.Items(List<Value> values) -> {
        generator.writeStartArray();
        for (Value item : values) {
          write(item, generator);
        }
        generator.writeEndArray();
      }
      case Value.Struct(Map<String, Value> fields) -> {
        generator.writeStartObject();
        for (Map.Entry<String, Value> field : fields.entrySet()) {
          generator.writeFieldName(field.getKey());
          write(field.getValue(), generator);
        }
        generator.writeEndObject();
      }
    }
  }
}
