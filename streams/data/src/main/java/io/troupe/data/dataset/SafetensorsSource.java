package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.checkpoint.StoredTensor;
import io.troupe.protocols.config.DatasetConfig;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Safetensors files with a tensor {@code input} (examples first) and optionally {@code label}
 * (whole numbers, one per example or one per pixel), {@code target} (numbers for regression) and
 * {@code length} (of each sequence). An input of whole numbers contains ids, an input of bytes
 * contains pixels.
 */
final class SafetensorsSource {
  private final DatasetConfig config;

  private SafetensorsSource(DatasetConfig config) {
    this.config = config;
  }

  static boolean isAt(Path file) {
    return DataFile.lowerName(file).endsWith(".safetensors");
  }

  static DataSplits open(PerSplit<Path> files, DatasetConfig config) {
    return new SafetensorsSource(config).open(files);
  }

  private DataSplits open(PerSplit<Path> files) {
    int numClasses = reading(files.train(), file -> numClasses(files.train(), file));
    if (holdsIds(files.train())) {
      PerSplit<Dataset> ids = files.map(path -> reading(path, file -> ids(path, file, numClasses)));
      SplitIndices heldOut = SplitIndices.of(files.train(), ids.train().size(), ids, config);
      return Splitting.splits(heldOut, ids, Normalization.NONE).describedAs("safetensors");
    }
    PerSplit<SplitExamples> parts =
        files.map(path -> reading(path, file -> part(path, file, numClasses)));
    return Splitting.splits("safetensors", config, Labels.numbers(numClasses), parts);
  }

  private static <T> T reading(Path path, Function<SafetensorsFile, T> read) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return read.apply(file);
    } catch (CheckpointFormatException | UncheckedIOException e) {
      throw new DataFormatException(e.getMessage(), e);
    }
  }

  private static boolean holdsIds(Path path) {
    return reading(
        path,
        file ->
            switch (input(path, file).type()) {
              case I64, I32 -> true;
              case F64, F32, F16, BF16, U8, BOOL -> false;
            });
  }

  private static StoredTensor input(Path path, SafetensorsFile file) {
    StoredTensor input = file.tensors().get("input");
    if (input == null || input.shape().rank() < 2 || input.shape().numel() == 0) {
      throw new DataFormatException(
          "%s must contain input (examples first, at least two dimensions), and label or target, got %s"
              .formatted(path, input == null ? file.tensors().keySet() : "input " + input.shape()));
    }
    DataFile.requireMemory(path, input.shape().numel() * Float.BYTES);
    return input;
  }

  private int numClasses(Path path, SafetensorsFile file) {
    return file.tensors().containsKey("label")
        ? Labels.numClasses(path, file.ints("label"), config.numClasses())
        : 0;
  }

  private SplitExamples part(Path path, SafetensorsFile file, int numClasses) {
    StoredTensor input = input(path, file);
    float[] values = file.floats("input");
    double scale = config.scale() > 0 ? config.scale() : input.type().sizeBytes() == 1 ? 255 : 1;
    for (int i = 0; i < values.length; i++) {
      values[i] /= (float) scale;
    }
    List<Integer> sizes = exampleSizes(input);
    return new SplitExamples(
        path,
        input.shape().size(0),
        ExampleValues.floats(values, Column.numel(sizes)),
        sizes,
        others(path, file, numClasses));
  }

  private static Dataset ids(Path path, SafetensorsFile file, int numClasses) {
    StoredTensor input = input(path, file);
    List<Integer> sizes = exampleSizes(input);
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("input", new IntColumn(file.ints("input"), sizes));
    columns.putAll(others(path, file, numClasses));
    ExampleSpec spec =
        new ExampleSpec(ExampleSpec.Kind.TOKENS, sizes, numClasses, Labels.numbers(numClasses));
    return new ColumnDataset(input.shape().size(0), spec, columns);
  }

  private static Map<String, Column> others(Path path, SafetensorsFile file, int numClasses) {
    int size = file.tensors().get("input").shape().size(0);
    Map<String, Column> others = new LinkedHashMap<>();
    for (String name : List.of("label", "length", "target")) {
      StoredTensor stored = file.tensors().get(name);
      if (stored == null) {
        continue;
      }
      if (stored.shape().rank() < 1 || stored.shape().size(0) != size) {
        throw new DataFormatException(
            "%s: %s must have one entry for each of the %d examples of input, got %s"
                .formatted(path, name, size, stored.shape()));
      }
      others.put(name, other(path, file, stored, numClasses));
    }
    return others;
  }

  private static Column other(
      Path path, SafetensorsFile file, StoredTensor stored, int numClasses) {
    List<Integer> sizes = exampleSizes(stored);
    if (stored.name().equals("target")) {
      ExampleValues values = ExampleValues.floats(file.floats("target"), Column.numel(sizes));
      return new FloatColumn(values, sizes.isEmpty() ? List.of(1) : sizes, Normalization.NONE);
    }
    int[] values = file.ints(stored.name());
    if (stored.name().equals("label")) {
      Labels.require(path, values, numClasses);
    }
    return new IntColumn(values, sizes);
  }

  private static List<Integer> exampleSizes(StoredTensor stored) {
    List<Integer> sizes = new ArrayList<>();
    for (int d = 1; d < stored.shape().rank(); d++) {
      sizes.add(stored.shape().size(d));
    }
    return sizes;
  }
}
