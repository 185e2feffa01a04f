package io.troupe.deploy.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Hyperparameters of a model on the command line: {@code --set key=value}. */
public final class ModelArguments {
  private ModelArguments() {}

  /**
   * Parses the arguments. The last value of a key counts.
   *
   * @throws IllegalArgumentException if one is not {@code key=value}
   */
  public static Map<String, String> parse(List<String> arguments) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String assignment : arguments) {
      int equals = assignment.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException("--set must be key=value, got " + assignment);
      }
      String key = assignment.substring(0, equals).strip().replace('-', '_');
      settings.put(key, assignment.substring(equals + 1).strip());
    }
    return settings;
  }
}
