package io.troupe.nn.pretrained;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.lm.ConfigJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a folder: {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} lists. The caller must close it.
 */
final class WeightFiles implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final long MAX_JSON_BYTES = 100_000_000;

  private final Map<String, SafetensorsFile> filesByName = new LinkedHashMap<>();
  private final Map<String, SafetensorsFile> fileOfTensor = new LinkedHashMap<>();

  private WeightFiles() {}

  /**
   * Opens the weights of a folder.
   *
   * @throws CheckpointFormatException if there are none, or a file is not valid
   */
  static WeightFiles open(Path folder) {
    WeightFiles files = new WeightFiles();
    try {
      if (Files.exists(folder.resolve(SINGLE))) {
        SafetensorsFile file = files.file(folder, SINGLE);
        file.tensors().keySet().forEach(name -> files.fileOfTensor.put(name, file));
      } else if (Files.exists(folder.resolve(INDEX))) {
        files.openShards(folder);
      } else {
        throw new CheckpointFormatException(
            folder
                + " must contain "
                + SINGLE
                + " or "
                + INDEX
                + ", got neither; save the model with safe_serialization");
      }
      return files;
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private void openShards(Path folder) {
    Path index = folder.resolve(INDEX);
    JsonNode weightMap = readJson(index).node().path("weight_map");
    if (!weightMap.isObject()) {
      throw new CheckpointFormatException(
          index + " must have a weight_map { tensor: file }, got none");
    }
    weightMap
        .properties()
        .forEach(entry -> openShard(folder, entry.getKey(), entry.getValue().asText()));
  }

  private void openShard(Path folder, String tensor, String fileName) {
    Path name = Path.of(fileName);
    if (name.getNameCount() != 1 || name.isAbsolute() || fileName.equals("..")) {
      throw new CheckpointFormatException(
          folder.resolve(INDEX)
              + ": file of "
              + tensor
              + " must be in the folder, got "
              + fileName);
    }
    SafetensorsFile file = file(folder, fileName);
    if (!file.tensors().containsKey(tensor)) {
      throw new CheckpointFormatException(
          folder.resolve(fileName)
              + " must contain "
              + tensor
              + " according to "
              + INDEX
              + ", got none; fetch the folder again");
    }
    fileOfTensor.put(tensor, file);
  }

  private SafetensorsFile file(Path folder, String fileName) {
    return filesByName.computeIfAbsent(
        fileName, name -> SafetensorsFile.open(folder.resolve(name)));
  }

  /** The file of each tensor. */
  Map<String, SafetensorsFile> fileOfTensor() {
    return fileOfTensor;
  }

  /** The number of elements of all tensors. */
  long numElements() {
    long elements = 0;
    for (Map.Entry<String, SafetensorsFile> entry : fileOfTensor.entrySet()) {
      elements += entry.getValue().tensors().get(entry.getKey()).shape().numel();
    }
    return elements;
  }

  /** Parses a JSON file of bounded size. */
  static ConfigJson readJson(Path path) {
    return parseJson(path, readText(path));
  }

  static ConfigJson parseJson(Path path, String text) {
    try {
      return ConfigJson.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CheckpointFormatException(path + ": " + e.getMessage(), e);
    }
  }

  static String readText(Path path) {
    try {
      if (Files.size(path) > MAX_JSON_BYTES) {
        throw new CheckpointFormatException(
            path + " must have at most " + MAX_JSON_BYTES + " bytes, got " + Files.size(path));
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    filesByName.values().forEach(SafetensorsFile::close);
  }
}
