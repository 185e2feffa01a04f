package io.troupe.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/** Reads fixtures, which the generator scripts in their directories write. */
public final class Fixtures {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Fixtures() {}

  /** A file or folder under {@code src/test/resources/io/troupe/training}. */
  public static Path path(String name) {
    try {
      return Path.of(Fixtures.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A JSON file. */
  public static JsonNode json(String name) {
    try {
      return JSON.readTree(path(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A list of integers. */
  public static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  /** A list of numbers; null stands for NaN. */
  public static double[] doubles(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(value -> value.isNull() ? Double.NaN : value.doubleValue())
        .toArray();
  }
}
