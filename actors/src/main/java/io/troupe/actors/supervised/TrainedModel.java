package io.troupe.actors.supervised;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.data.dataset.CharVocabulary;
import io.troupe.data.dataset.Normalization;
import io.troupe.data.json.FiniteJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The description of a trained model: {@code model.json} in the directory of {@code
 * model.safetensors}.
 *
 * @param name of the model in the registry
 * @param settings all of its hyperparameters
 * @param classNames by label; empty without classes
 * @param vocabulary of a character model
 * @param normalization of the inputs; empty without one
 */
public record TrainedModel(
    String name,
    Map<String, String> settings,
    List<String> classNames,
    Optional<CharVocabulary> vocabulary,
    Optional<InputNormalization> normalization) {
  private static final String FILE = "model.json";

  /** The content of the file. */
  private record Json(
      String model,
      Map<String, String> settings,
      List<String> classes,
      String characters,
      Normalized normalization) {}

  /**
   * The normalization of inputs.
   *
   * @param by {@code channel} or {@code node}; the other components are for channels
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Normalized(String by, Double scale, List<Double> mean, List<Double> std) {
    static Normalized of(InputNormalization normalization) {
      return switch (normalization) {
        case InputNormalization.Channels(double scale, Normalization channels) ->
            new Normalized("channel", scale > 0 ? scale : null, channels.mean(), channels.std());
        case InputNormalization.NodeShares _ -> new Normalized("node", null, null, null);
      };
    }

    InputNormalization read() {
      if ("node".equals(by)) {
        return new InputNormalization.NodeShares();
      }
      if (!"channel".equals(by) || mean == null || std == null) {
        throw new IllegalArgumentException(
            "normalization must be by node, or by channel with mean and std, got by %s, mean %s and std %s"
                .formatted(by, mean, std));
      }
      return new InputNormalization.Channels(
          scale == null ? 0 : scale, new Normalization(mean, std));
    }
  }

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
        inputs.data().vocabulary(),
        InputNormalization.of(inputs));
  }

  /** The file beside a file of weights. */
  static Path fileBeside(Path weights) {
    return weights.toAbsolutePath().resolveSibling(FILE);
  }

  /** The text of the file. */
  String toJson() {
    return FiniteJson.indented(
            new Json(
                name,
                settings,
                classNames,
                vocabulary.map(CharVocabulary::characters).orElse(null),
                normalization.map(Normalized::of).orElse(null)))
        + "\n";
  }

  /**
   * The description beside a file of weights; empty without one.
   *
   * @throws RunDirectoryException if it exists, but cannot be read
   */
  public static Optional<TrainedModel> beside(Path weights) {
    Path file = fileBeside(weights);
    return Files.isRegularFile(file) ? Optional.of(read(file)) : Optional.empty();
  }

  /**
   * Reads a description.
   *
   * @throws RunDirectoryException if it cannot be read
   */
  public static TrainedModel read(Path file) {
    try {
      Json json = FiniteJson.read(Files.readString(file), Json.class);
      if (json.model == null || json.settings == null) {
        throw new RunDirectoryException(file + " must have the keys model and settings");
      }
      return new TrainedModel(
          json.model,
          json.settings,
          json.classes == null ? List.of() : json.classes,
          Optional.ofNullable(json.characters).map(CharVocabulary::new),
          Optional.ofNullable(json.normalization).map(Normalized::read));
    } catch (NoSuchFileException e) {
      throw new RunDirectoryException("file " + file + " must exist", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new RunDirectoryException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
