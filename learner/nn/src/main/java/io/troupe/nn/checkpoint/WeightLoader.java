package io.troupe.nn.checkpoint;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Fills a model's tensors from files; all names, shapes and types are checked before any is read.
 */
final class WeightLoader {
  private static final int MOST_LISTED = 5;

  private final Map<String, SafetensorsFile> files;
  private final WeightNames names;
  private final Map<String, Tensor> tensors;

  private WeightLoader(
      Map<String, SafetensorsFile> files, WeightNames names, Map<String, Tensor> tensors) {
    this.files = files;
    this.names = names;
    this.tensors = tensors;
  }

  /**
   * Overwrites tensors.
   *
   * @param source the file or folder, for errors
   * @param asker what decides which tensors there have to be, for errors
   * @param files the file that holds each stored name
   * @param tensors of the model, by name
   * @throws CheckpointFormatException if a tensor is missing, not expected, or of another shape
   */
  static void load(
      String source,
      String asker,
      Map<String, SafetensorsFile> files,
      WeightNames names,
      Map<String, Tensor> tensors) {
    WeightLoader loader = new WeightLoader(files, names, tensors);
    Map<String, String> storedNames = loader.storedNames();
    List<String> faults =
        Stream.of(
                loader.missing(storedNames),
                loader.extra(storedNames),
                loader.wronglyShaped(storedNames),
                loader.wronglyTyped(storedNames))
            .flatMap(Optional::stream)
            .toList();
    if (!faults.isEmpty()) {
      throw new CheckpointFormatException(
          source + ": the weights do not fit " + asker + ": " + String.join("; ", faults));
    }
    storedNames.forEach(loader::read);
  }

  /** The name in the files of every tensor that they hold. */
  private Map<String, String> storedNames() {
    Map<String, String> storedNames = new LinkedHashMap<>();
    for (String name : tensors.keySet()) {
      names.stored(name, files.keySet()).ifPresent(stored -> storedNames.put(name, stored));
    }
    return storedNames;
  }

  private Optional<String> missing(Map<String, String> storedNames) {
    return list(
        tensors.keySet().stream()
            .filter(name -> !storedNames.containsKey(name) && !names.mayBeMissing(name))
            .toList(),
        "missing ",
        "");
  }

  private Optional<String> extra(Map<String, String> storedNames) {
    Set<String> extra = new LinkedHashSet<>(files.keySet());
    extra.removeAll(storedNames.values());
    extra.removeIf(names::isIgnored);
    return list(List.copyOf(extra), "not expected ", "");
  }

  private Optional<String> wronglyShaped(Map<String, String> storedNames) {
    List<String> faults = new ArrayList<>();
    storedNames.forEach(
        (name, storedName) -> {
          Shape shape = tensors.get(name).shape();
          Shape expected =
              names.isTransposed(name) ? Shape.of(shape.size(1), shape.size(0)) : shape;
          Shape found = stored(storedName).shape();
          if (!found.equals(expected)) {
            faults.add(storedName + " is " + found + " instead of " + expected);
          }
        });
    return list(faults, "", "");
  }

  private Optional<String> wronglyTyped(Map<String, String> storedNames) {
    List<String> faults = new ArrayList<>();
    storedNames.forEach(
        (name, storedName) -> {
          StorageType type = stored(storedName).type();
          if (type.isFloating() == tensors.get(name).dtype().isInteger()) {
            faults.add(storedName + " is " + type);
          }
        });
    return list(
        faults,
        "",
        ", expected F32, F64, BF16 or F16 (counts whole numbers): quantised weights are not"
            + " supported");
  }

  private StoredTensor stored(String storedName) {
    return files.get(storedName).tensors().get(storedName);
  }

  /** The first few of the faults and how many more there are; empty when there are none. */
  private static Optional<String> list(List<String> faults, String before, String after) {
    if (faults.isEmpty()) {
      return Optional.empty();
    }
    String listed = String.join(", ", faults.subList(0, Math.min(MOST_LISTED, faults.size())));
    int more = faults.size() - MOST_LISTED;
    return Optional.of(before + listed + (more > 0 ? " and " + more + " more" : "") + after);
  }

  private void read(String name, String storedName) {
    SafetensorsFile file = files.get(storedName);
    if (names.isTransposed(name)) {
      file.readTransposed(storedName, tensors.get(name));
    } else {
      file.read(storedName, tensors.get(name));
    }
  }
}
