package io.troupe.data.dataset;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.troupe.data.DataFormatException;
import io.troupe.data.csv.CsvFile;
import io.troupe.data.file.DataFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Rows of numbers in a CSV file, one column of which may be a label. A first row of column names is
 * optional.
 */
final class CsvTable {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private final Path file;
  private final String labelColumn;
  private final boolean hasLabels;
  private final List<String> labels = new ArrayList<>();
  private float[] values = new float[1024];
  private int numValues;
  private int numColumns;
  private int labelIndex = -1;
  private int numRows;

  /** The first row, while it is open whether it names the columns. */
  private CsvRecord undecided;

  private CsvTable(Path file, String labelColumn, boolean hasLabels) {
    this.file = file;
    this.labelColumn = labelColumn;
    this.hasLabels = hasLabels;
  }

  /**
   * Reads a file.
   *
   * @param labelColumn name of the label's column; empty for the last column
   * @param hasLabels whether there is a label
   * @throws DataFormatException naming the line that cannot be read
   */
  static CsvTable read(Path file, String labelColumn, boolean hasLabels) {
    CsvTable table = new CsvTable(file, labelColumn, hasLabels);
    CsvFile.forEach(file, table::add);
    table.decideFirstRow();
    if (table.numRows == 0) {
      throw new DataFormatException(file + " must have rows of numbers, got none");
    }
    return table;
  }

  Path file() {
    return file;
  }

  int numRows() {
    return numRows;
  }

  /** The number of columns that are no label. */
  int numFeatures() {
    return hasLabels ? numColumns - 1 : numColumns;
  }

  /** The numbers, row by row, without the label. */
  float[] values() {
    return Arrays.copyOf(values, numValues);
  }

  /** The labels as they are written in the file; empty if there are none. */
  List<String> labels() {
    return labels;
  }

  private boolean add(CsvRecord record) {
    if (numColumns == 0) {
      addFirst(record);
    } else {
      addRow(record, numRows);
    }
    return true;
  }

  private static String[] fields(CsvRecord record) {
    return record.getFields().stream().map(String::strip).toArray(String[]::new);
  }

  private void addFirst(CsvRecord record) {
    String[] fields = fields(record);
    numColumns = fields.length;
    if (hasLabels && numColumns < 2) {
      throw new DataFormatException(
          file + " must have columns of numbers and a label, separated by commas, got one column");
    }
    FirstRow first = FirstRow.of(features(fields));
    if (hasLabels) {
      labelIndex = labelIndex(fields, first);
    }
    boolean namesLabel = hasLabels && !labelColumn.isEmpty();
    switch (namesLabel ? FirstRow.NAMES : first) {
      case NAMES -> {}
      case NUMBERS -> undecided = record;
      case NEITHER ->
          throw new DataFormatException(
              "%s line %d must have column names or numbers, got %s"
                  .formatted(file, record.getStartingLineNumber(), shorten(record)));
    }
  }

  /** The fields that are numbers in a row without names: a label in the last column may be text. */
  private List<String> features(String[] fields) {
    return List.of(fields).subList(0, hasLabels ? numColumns - 1 : numColumns);
  }

  private int labelIndex(String[] fields, FirstRow first) {
    if (labelColumn.isEmpty()) {
      return numColumns - 1;
    }
    int index = List.of(fields).indexOf(labelColumn);
    boolean isData = first == FirstRow.NUMBERS && NUMBER.matcher(fields[numColumns - 1]).matches();
    if (index < 0 || (isData && !FirstRow.isPositions(List.of(fields)))) {
      throw new DataFormatException(
          "label-column must be a column of %s, got %s; its first line is %s"
              .formatted(file, labelColumn, shorten(String.join(",", fields))));
    }
    return index;
  }

  /**
   * A first row of numbers names the columns if it counts them, or if its label alone is not a
   * number. If it counts two features and a label, the label must occur in no other row.
   */
  private void decideFirstRow() {
    if (undecided == null) {
      return;
    }
    String[] fields = fields(undecided);
    boolean namesLabel =
        hasLabels
            && !isNumber(fields[labelIndex])
            && !labels.isEmpty()
            && labels.stream().allMatch(CsvTable::isNumber);
    boolean countsLabel =
        hasLabels && FirstRow.isPositions(List.of(fields)) && !labels.contains(fields[labelIndex]);
    if (!namesLabel && !countsLabel && !FirstRow.isPositions(features(fields))) {
      addRow(undecided, 0);
    }
  }

  private void addRow(CsvRecord record, int index) {
    String[] fields = fields(record);
    if (fields.length != numColumns) {
      throw new DataFormatException(
          "%s line %d must have %d fields as in the first line, got %d"
              .formatted(file, record.getStartingLineNumber(), numColumns, fields.length));
    }
    float[] row = new float[numFeatures()];
    for (int column = 0, feature = 0; column < numColumns; column++) {
      if (column == labelIndex) {
        labels.add(index, fields[column]);
      } else {
        row[feature++] = number(fields[column], record, column);
      }
    }
    insert(row, index);
  }

  private void insert(float[] row, int index) {
    if (numValues + row.length > values.length) {
      long grown = Math.max(2L * values.length, (long) numValues + row.length);
      DataFile.requireMemory(file, grown * Float.BYTES);
      values = Arrays.copyOf(values, Math.toIntExact(grown));
    }
    int at = index * row.length;
    System.arraycopy(values, at, values, at + row.length, numValues - at);
    System.arraycopy(row, 0, values, at, row.length);
    numValues += row.length;
    numRows++;
  }

  static boolean isNumber(String field) {
    return NUMBER.matcher(field).matches();
  }

  private float number(String field, CsvRecord record, int column) {
    if (isNumber(field)) {
      float value = Float.parseFloat(field);
      if (Float.isFinite(value)) {
        return value;
      }
    }
    throw new DataFormatException(
        "%s line %d column %d must be a finite number, got '%s'"
            .formatted(file, record.getStartingLineNumber(), column + 1, shorten(field)));
  }

  private static String shorten(CsvRecord record) {
    return shorten(String.join(",", record.getFields()));
  }

  private static String shorten(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }
}
