package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.protocols.config.DatasetConfig.LabelType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Rows of numbers with labels, in one file or in one file per split. */
final class CsvSource {
  private static final Pattern CLASS = Pattern.compile("\\d{1,6}(\\.0*)?");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private final DatasetConfig config;
  private List<String> classNames = List.of();

  /** Classes by name; empty if labels are the numbers of classes. */
  private final Map<String, Integer> classes = new HashMap<>();

  private CsvSource(DatasetConfig config) {
    this.config = config;
  }

  static boolean isAt(Path file) {
    String name = DataFile.unpackedName(file);
    return name.endsWith(".csv") || name.endsWith(".tsv");
  }

  static DataSplits open(PerSplit<Path> files, DatasetConfig config) {
    return new CsvSource(config).open(files);
  }

  private DataSplits open(PerSplit<Path> files) {
    PerSplit<CsvTable> tables = files.map(this::read);
    if (config.labels() == LabelType.CLASS) {
      findClasses(tables.train());
    }
    PerSplit<SplitExamples> parts = tables.map(this::part);
    return Splitting.splits("CSV", config, classNames, parts);
  }

  private CsvTable read(Path file) {
    return CsvTable.read(file, config.labelColumn(), config.labels() != LabelType.NONE);
  }

  /** Whole numbers are the classes themselves; other labels are numbered in sorted order. */
  private void findClasses(CsvTable table) {
    if (table.labels().stream().allMatch(label -> CLASS.matcher(label).matches())) {
      int[] labels = table.labels().stream().mapToInt(CsvSource::whole).toArray();
      classNames = Labels.numbers(Labels.numClasses(table.file(), labels, config.numClasses()));
      return;
    }
    for (String label : table.labels()) {
      if (NUMBER.matcher(label).matches() && Double.parseDouble(label) % 1 != 0) {
        throw new DataFormatException(
            "%s: labels must be classes, got %s; set labels=number to regress them"
                .formatted(table.file(), label));
      }
    }
    classNames = List.copyOf(new TreeSet<>(table.labels()));
    classNames.forEach(name -> classes.put(name, classes.size()));
    if (config.numClasses() > 0 && classNames.size() > config.numClasses()) {
      throw new DataFormatException(
          "%s must have at most num-classes=%d classes, got %d"
              .formatted(table.file(), config.numClasses(), classNames.size()));
    }
  }

  private static int whole(String label) {
    return (int) Double.parseDouble(label);
  }

  private SplitExamples part(CsvTable table) {
    float[] values = table.values();
    if (config.scale() > 0) {
      for (int i = 0; i < values.length; i++) {
        values[i] /= (float) config.scale();
      }
    }
    List<Integer> sizes = List.of(table.numFeatures());
    return new SplitExamples(
        table.file(),
        table.numRows(),
        ExampleValues.floats(values, table.numFeatures()),
        sizes,
        labelColumn(table));
  }

  private Map<String, Column> labelColumn(CsvTable table) {
    return switch (config.labels()) {
      case NONE -> Map.of();
      case CLASS -> Map.of("label", new IntColumn(labels(table), List.of()));
      case NUMBER -> Map.of("target", numbers(table));
    };
  }

  private int[] labels(CsvTable table) {
    int[] labels = new int[table.numRows()];
    for (int i = 0; i < labels.length; i++) {
      String label = table.labels().get(i);
      labels[i] = classOf(label);
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new DataFormatException(
            "%s: the label of row %d must be one of the %d classes of the training part, got '%s'"
                .formatted(table.file(), i + 1, classNames.size(), label));
      }
    }
    return labels;
  }

  /** The class of a label; -1 if it is unknown. */
  private int classOf(String label) {
    if (!classes.isEmpty()) {
      return classes.getOrDefault(label, -1);
    }
    return CLASS.matcher(label).matches() ? whole(label) : -1;
  }

  private FloatColumn numbers(CsvTable table) {
    float[] targets = new float[table.numRows()];
    for (int i = 0; i < targets.length; i++) {
      String label = table.labels().get(i);
      if (!NUMBER.matcher(label).matches()) {
        throw new DataFormatException(
            "%s: the label of row %d must be a number, got '%s'"
                .formatted(table.file(), i + 1, label));
      }
      targets[i] = Float.parseFloat(label);
    }
    return new FloatColumn(ExampleValues.floats(targets, 1), List.of(1), Normalization.NONE);
  }
}
