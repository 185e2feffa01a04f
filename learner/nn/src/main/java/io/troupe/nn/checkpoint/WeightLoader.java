package io.troupe.nn.checkpoint;

import io.troupe.nn.lm.CausalLM;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Fills a model's parameters from files; all names and shapes are checked before any is read. */
final class WeightLoader {
  private static final int MOST_LISTED = 5;

  private final Path folder;
  private final ModelFamily family;
  private final Map<String, SafetensorsFile> files;
  private final Map<String, Tensor> parameters;

  private WeightLoader(
      Path folder, ModelFamily family, WeightFiles files, Map<String, Tensor> parameters) {
    this.folder = folder;
    this.family = family;
    this.files = files.fileOfTensor();
    this.parameters = parameters;
  }

  static void load(Path folder, ModelFamily family, WeightFiles files, CausalLM model) {
    WeightLoader loader = new WeightLoader(folder, family, files, model.namedParameters());
    Map<String, String> storedNames = loader.storedNames();
    loader.requireShapes(storedNames);
    storedNames.forEach(loader::read);
  }

  /** The name in the files of every parameter. */
  private Map<String, String> storedNames() {
    Map<String, String> storedNames = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (String parameter : parameters.keySet()) {
      String bare = family.withoutPrefix(parameter);
      if (files.containsKey(parameter)) {
        storedNames.put(parameter, parameter);
      } else if (files.containsKey(bare)) {
        storedNames.put(parameter, bare);
      } else {
        missing.add(parameter);
      }
    }
    Set<String> extra = new LinkedHashSet<>(files.keySet());
    extra.removeAll(storedNames.values());
    extra.removeIf(family::isBuffer);
    if (!parameters.containsKey("lm_head.weight")) {
      extra.remove("lm_head.weight"); // a tied head that was written all the same
    }
    if (!missing.isEmpty() || !extra.isEmpty()) {
      throw new CheckpointFormatException(
          folder
              + ": the weights do not fit config.json: "
              + (missing.isEmpty() ? "" : "missing " + list(missing))
              + (missing.isEmpty() || extra.isEmpty() ? "" : "; ")
              + (extra.isEmpty() ? "" : "not expected " + list(new ArrayList<>(extra))));
    }
    return storedNames;
  }

  private static String list(List<String> names) {
    String listed = String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())));
    return names.size() <= MOST_LISTED
        ? listed
        : listed + " and " + (names.size() - MOST_LISTED) + " more";
  }

  private void requireShapes(Map<String, String> storedNames) {
    storedNames.forEach(
        (parameter, storedName) -> {
          StoredTensor stored = files.get(storedName).tensors().get(storedName);
          Shape shape = parameters.get(parameter).shape();
          Shape expected =
              family.isTransposed(parameter) ? Shape.of(shape.size(1), shape.size(0)) : shape;
          if (!stored.shape().equals(expected)) {
            throw new CheckpointFormatException(
                files.get(storedName).path()
                    + ": "
                    + storedName
                    + " is "
                    + stored.shape()
                    + ", but config.json asks for "
                    + expected);
          }
          if (!stored.type().isFloating()) {
            throw new CheckpointFormatException(
                files.get(storedName).path()
                    + ": "
                    + storedName
                    + " is "
                    + stored.type()
                    + ", expected F32, F64, BF16 or F16: quantised weights are not supported");
          }
        });
  }

  private void read(String parameter, String storedName) {
    SafetensorsFile file = files.get(storedName);
    if (family.isTransposed(parameter)) {
      file.readTransposed(storedName, parameters.get(parameter));
    } else {
      file.read(storedName, parameters.get(parameter));
    }
  }
}
