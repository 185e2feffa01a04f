package io.troupe.serving.weights;

import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.request.InvalidFieldException;
import io.troupe.serving.request.JsonFields;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The fields of a weight update.
 *
 * @param directory a model directory inside the allowed root
 * @param running what happens to running requests: {@code keep}, the default, {@code wait} or
 *     {@code abort}
 */
public record WeightFields(Path directory, RunningRequests running) {

  /**
   * Reads the fields out of a request.
   *
   * @throws InvalidFieldException if a field has a value that is not accepted
   */
  public static WeightFields read(JsonFields fields) {
    WeightFields update = new WeightFields(directory(fields), running(fields));
    fields.requireNoOthers();
    return update;
  }

  private static Path directory(JsonFields fields) {
    String text =
        fields
            .text("directory")
            .orElseThrow(() -> fields.invalid("directory", "a model directory", "none"));
    try {
      return Path.of(text);
    } catch (InvalidPathException _) {
      throw fields.invalid("directory", "a path", text);
    }
  }

  private static RunningRequests running(JsonFields fields) {
    return UpdateMode.of("mode", fields.text("mode").orElse("keep"));
  }
}
