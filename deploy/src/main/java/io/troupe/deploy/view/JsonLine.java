package io.troupe.deploy.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

/** JSON objects of a line each, for programs. */
public final class JsonLine {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonLine() {}

  /**
   * The line.
   *
   * @param fields a map, or a node of JSON
   */
  public static String of(Object fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + fields + " as JSON", e);
    }
  }
}
