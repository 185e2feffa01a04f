package io.troupe.nn.checkpoint;

import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fills a model's tensors from files; all names, shapes and types are checked before any is read.
 */
final class WeightLoader {
  private static final int MOST_LISTED = 5;

  private final String source;
  private final String asker;
  private final Map<String, SafetensorsFile> files;
  private final WeightNames names;
  private final Map<String, Tensor> tensors;

  private WeightLoader(
      String source,
      String asker,
      Map<String, SafetensorsFile> files,
      WeightNames names,
      Map<String, Tensor> tensors) {
    this.source = source;
    this.asker = asker;
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
    WeightLoader loader = new WeightLoader(source, asker, files, names, tensors);
    Map<String, String> storedNames = loader.storedNames();
    loader.requireShapes(storedNames);
    loader.requireTypes(storedNames);
    storedNames.forEach(loader::read);
  }

  /** The name in the files of every tensor that they hold. */
  private Map<String, String> storedNames() {
    Map<String, String> storedNames = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (String name : tensors.keySet()) {
      names
          .stored(name, files.keySet())
          .ifPresentOrElse(
              stored -> storedNames.put(name, stored),
              () -> {
                if (!names.mayBeMissing(name)) {
                  missing.add(name);
                }
              });
    }
    Set<String> extra = new LinkedHashSet<>(files.keySet());
    extra.removeAll(storedNames.values());
    extra.removeIf(names::isIgnored);
    requireNone(
        (missing.isEmpty() ? "" : "missing " + list(missing))
            + (missing.isEmpty() || extra.isEmpty() ? "" : "; ")
            + (extra.isEmpty() ? "" : "not expected " + list(new ArrayList<>(extra))));
    return storedNames;
  }

  private void requireNone(String faults) {
    if (!faults.isEmpty()) {
      throw new CheckpointFormatException(
          source + ": the weights do not fit " + asker + ": " + faults);
    }
  }

  private static String list(List<String> names) {
    String listed = String.join(", ", names.subList(0, Math.min(MOST_LISTED, names.size())));
    return names.size() <= MOST_LISTED
        ? listed
        : listed + " and " + (names.size() - MOST_LISTED) + " more";
  }

  private StoredTensor stored(String storedName) {
    return files.get(storedName).tensors().get(storedName);
  }

  private void requireShapes(Map<String, String> storedNames) {
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
    requireNone(faults.isEmpty() ? "" : list(faults));
  }

  private void requireTypes(Map<String, String> storedNames) {
    List<String> faults = new ArrayList<>();
    storedNames.forEach(
        (name, storedName) -> {
          StorageType type = stored(storedName).type();
          if (type.isFloating() == tensors.get(name).dtype().isInteger()) {
            faults.add(storedName + " is " + type);
          }
        });
    requireNone(
        faults.isEmpty()
            ? ""
            : list(faults)
                + ", expected F32, F64, BF16 or F16 (counts whole numbers): quantised weights are"
                + " not supported");
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
