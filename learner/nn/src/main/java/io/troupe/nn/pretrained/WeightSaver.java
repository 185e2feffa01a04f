package io.troupe.nn.pretrained;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.nn.checkpoint.TensorToWrite;
import io.troupe.nn.checkpoint.WeightNames;
import io.troupe.nn.checkpoint.WholeFile;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.Tensor;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes a model's parameters to {@code model.safetensors}, or to shards and their index. */
final class WeightSaver {
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private WeightSaver() {}

  static void save(
      Path folder, WeightNames names, Map<String, Tensor> parameters, SaveOptions options)
      throws IOException {
    List<List<TensorToWrite>> shards = shards(names, parameters, options);
    Set<String> written = new HashSet<>();
    if (shards.size() == 1) {
      written.add(WeightFiles.SINGLE);
      SafetensorsWriter.write(folder.resolve(WeightFiles.SINGLE), shards.getFirst(), METADATA);
    } else {
      written.add(WeightFiles.INDEX);
      writeShards(folder, shards, written);
    }
    deleteOthers(folder, written);
  }

  private static List<List<TensorToWrite>> shards(
      WeightNames names, Map<String, Tensor> parameters, SaveOptions options) {
    List<List<TensorToWrite>> shards = new ArrayList<>();
    long shardBytes = 0;
    for (Map.Entry<String, Tensor> parameter : parameters.entrySet()) {
      String name = parameter.getKey();
      TensorToWrite tensor =
          new TensorToWrite(name, parameter.getValue(), names.isTransposed(name), options.type());
      if (shards.isEmpty() || shardBytes + tensor.storedBytes() > options.maxShardBytes()) {
        shards.add(new ArrayList<>());
        shardBytes = 0;
      }
      shards.getLast().add(tensor);
      shardBytes += tensor.storedBytes();
    }
    return shards;
  }

  private static void writeShards(
      Path folder, List<List<TensorToWrite>> shards, Set<String> written) throws IOException {
    ConfigJson index = ConfigJson.empty();
    ObjectNode metadata = index.node().putObject("metadata");
    ObjectNode weightMap = index.node().putObject("weight_map");
    long totalBytes = 0;
    for (int i = 0; i < shards.size(); i++) {
      String fileName =
          String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
      SafetensorsWriter.write(folder.resolve(fileName), shards.get(i), METADATA);
      written.add(fileName);
      for (TensorToWrite tensor : shards.get(i)) {
        weightMap.put(tensor.name(), fileName);
        totalBytes += tensor.storedBytes();
      }
    }
    metadata.put("total_size", totalBytes);
    WholeFile.write(folder.resolve(WeightFiles.INDEX), index.text());
  }

  /** Deletes weights of an earlier save under other names, which a reader might load instead. */
  private static void deleteOthers(Path folder, Set<String> written) throws IOException {
    try (DirectoryStream<Path> earlier =
        Files.newDirectoryStream(
            folder, "model{.safetensors,.safetensors.index.json,-*.safetensors}")) {
      for (Path file : earlier) {
        if (!written.contains(file.getFileName().toString())) {
          Files.delete(file);
        }
      }
    }
  }
}
