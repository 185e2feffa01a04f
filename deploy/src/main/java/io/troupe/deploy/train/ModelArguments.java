package io.troupe.deploy.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of a model as they are typed: {@code --set key=value}. */
public final class ModelArguments {
  private ModelArguments() {}

  /**
   * The values by key, the last of each.
   *
   * @throws IllegalArgumentException if one is no {@code key=value}
   */
  public static Map<String, String> parse(List<String> typed) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String assignment : typed) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "--set " + assignment + " cannot be read: write --set key=value");
      }
      String key = assignment.substring(0, equals).strip().replace('-', '_');
      settings.put(key, assignment.substring(equals + 1).strip());
    }
    return settings;
  }
}
