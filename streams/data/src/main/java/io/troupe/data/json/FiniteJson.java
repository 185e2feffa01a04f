package io.troupe.data.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;

/**
 * Writes and reads JSON without {@code NaN} and {@code Infinity}, which the standard does not have
 * and most programs reject. A number that is not finite is written as {@code null}; a {@code null}
 * in place of a primitive number is read as NaN.
 */
public final class FiniteJson {
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .addDecorator((_, generator) -> new FiniteGenerator(generator))
                  .build())
          .registerModule(new SimpleModule().addDeserializer(Double.TYPE, new NullAsNan()));

  private FiniteJson() {}

  /**
   * One line of JSON.
   *
   * @param value a map, a record or a JSON node
   */
  public static String line(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + value + " as JSON", e);
    }
  }

  /**
   * JSON with a line per field.
   *
   * @param value a map, a record or a JSON node
   */
  public static String indented(Object value) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot write " + value + " as JSON", e);
    }
  }

  /**
   * Reads a value that {@link #line} or {@link #indented} has written.
   *
   * @throws JsonProcessingException if the text is not JSON or does not fit the type
   */
  public static <T> T read(String text, Class<T> type) throws JsonProcessingException {
    return JSON.readValue(text, type);
  }

  private static final class NullAsNan extends StdDeserializer<Double> {
    private static final long serialVersionUID = 1;

    NullAsNan() {
      super(Double.TYPE);
    }

    @Override
    public Double deserialize(JsonParser parser, DeserializationContext context)
        throws IOException {
      return parser.getValueAsDouble(Double.NaN);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }

    @Override
    public Double getAbsentValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
