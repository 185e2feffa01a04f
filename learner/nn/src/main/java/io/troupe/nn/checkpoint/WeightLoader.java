package io.troupe.nn.checkpoint;

import io.troupe.nn.checkpoint.WeightNames.ExtraTensor;
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

/** Reads a model's tensors from files; checks all names, shapes and types before reading any. */
public final class WeightLoader {
  private static final int MAX_LISTED = 5;

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
   * @param model the origin of the expected names and shapes, for errors, such as {@code
   *     config.json}
   * @param files the file that contains each stored name
   * @param tensors of the model, by name
   * @return the stored names that were skipped and that {@code names} reports
   * @throws CheckpointFormatException if a tensor is missing, rejected, or of another shape or type
   */
  public static List<String> load(
      String source,
      String model,
      Map<String, SafetensorsFile> files,
      WeightNames names,
      Map<String, Tensor> tensors) {
    WeightLoader loader = new WeightLoader(files, names, tensors);
    Map<String, String> storedNames = loader.storedNames();
    List<String> faults =
        Stream.of(
                loader.missing(storedNames),
                loader.unexpected(storedNames),
                loader.wronglyShaped(storedNames),
                loader.wronglyTyped(storedNames))
            .flatMap(Optional::stream)
            .toList();
    if (!faults.isEmpty()) {
      throw new CheckpointFormatException(
          source + ": the weights do not fit " + model + ": " + String.join("; ", faults));
    }
    storedNames.forEach(loader::read);
    return loader.extra(storedNames, ExtraTensor.REPORTED);
  }

  /** The stored name of every tensor of the model that is in the files. */
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

  /** The stored tensors that the model does not have, with a given treatment. */
  private List<String> extra(Map<String, String> storedNames, ExtraTensor treatment) {
    Set<String> extra = new LinkedHashSet<>(files.keySet());
    extra.removeAll(storedNames.values());
    return extra.stream().filter(name -> names.extra(name) == treatment).toList();
  }

  /**
   * Lists reported tensors only if a tensor is missing, since one of them may be it under another
   * name.
   */
  private Optional<String> unexpected(Map<String, String> storedNames) {
    List<String> unexpected = new ArrayList<>(extra(storedNames, ExtraTensor.REJECTED));
    if (missing(storedNames).isPresent()) {
      unexpected.addAll(extra(storedNames, ExtraTensor.REPORTED));
    }
    return list(unexpected, "not expected ", "");
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
            faults.add(storedName + " must have shape " + expected + ", got " + found);
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
            faults.add(type + " for " + storedName);
          }
        });
    return list(
        faults,
        "weights must be F32, F64, BF16 or F16 (integers for counts), got ",
        "; quantized weights are not supported");
  }

  private StoredTensor stored(String storedName) {
    return files.get(storedName).tensors().get(storedName);
  }

  private static Optional<String> list(List<String> faults, String before, String after) {
    return faults.isEmpty() ? Optional.empty() : Optional.of(before + shortened(faults) + after);
  }

  /** The first few elements and the number of the others. */
  public static String shortened(List<String> elements) {
    String listed = String.join(", ", elements.subList(0, Math.min(MAX_LISTED, elements.size())));
    int more = elements.size() - MAX_LISTED;
    return listed + (more > 0 ? " and " + more + " more" : "");
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
