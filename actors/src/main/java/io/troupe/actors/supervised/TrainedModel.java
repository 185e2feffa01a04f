package io.troupe.actors.supervised;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.troupe.actors.run.RunFolderException;
import io.troupe.streams.dataset.CharVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is needed to use weights beside them: {@code model.json} in the folder of {@code
 * model.safetensors}.
 *
 * @param name of the model in the catalog
 * @param settings all of its hyperparameters
 * @param classNames by label; empty where there are none
 * @param vocabulary of a language model of characters
 */
public record TrainedModel(
    String name,
    Map<String, String> settings,
    List<String> classNames,
    Optional<CharVocabulary> vocabulary) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String FILE = "model.json";

  /** What the file holds. */
  private record Json(
      String model, Map<String, String> settings, List<String> classes, String characters) {}

  /** Copies the collections. */
  public TrainedModel {
    settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    classNames = List.copyOf(classNames);
  }

  /** The model of a run. */
  static TrainedModel of(SupervisedInputs inputs) {
    return new TrainedModel(
        inputs.model().entry().name(),
        inputs.model().settings().values(),
        inputs.data().classNames(),
        inputs.data().vocabulary());
  }

  /** The file that says so, beside weights. */
  static Path fileBeside(Path weights) {
    return weights.toAbsolutePath().resolveSibling(FILE);
  }

  /** The file's text. */
  String toJson() {
    try {
      return JSON.writeValueAsString(
              new Json(
                  name,
                  settings,
                  classNames,
                  vocabulary.map(CharVocabulary::characters).orElse(null)))
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write the settings of " + name + " as JSON", e);
    }
  }

  /**
   * What is known of a file of weights; empty if it does not lie where a run wrote it.
   *
   * @throws RunFolderException if there is a file, but it cannot be read
   */
  public static Optional<TrainedModel> beside(Path weights) {
    Path file = fileBeside(weights);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      Json json = JSON.readValue(file.toFile(), Json.class);
      if (json.model == null || json.settings == null) {
        throw new RunFolderException(file + " does not say which model the weights are of");
      }
      return Optional.of(
          new TrainedModel(
              json.model,
              json.settings,
              json.classes == null ? List.of() : json.classes,
              Optional.ofNullable(json.characters).map(CharVocabulary::new)));
    } catch (IOException e) {
      throw new RunFolderException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
