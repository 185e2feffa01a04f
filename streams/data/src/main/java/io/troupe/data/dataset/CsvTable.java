package io.troupe.data.dataset;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Rows of numbers, one column of which may be a label. A first line of names is optional; values
 * are separated by commas, semicolons or tabs, and may stand in double quotes.
 */
final class CsvTable {
  private static final int MAX_LINE_CHARS = 16 << 20;
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private final Path file;
  private final String labelColumn;
  private final boolean hasLabels;
  private final List<String> labels = new ArrayList<>();
  private float[] values = new float[1024];
  private String separator = ",";
  private int numValues;
  private int numColumns;
  private int labelAt = -1;
  private int numRows;
  private int lineNumber;
  private boolean started;

  private CsvTable(Path file, String labelColumn, boolean hasLabels) {
    this.file = file;
    this.labelColumn = labelColumn;
    this.hasLabels = hasLabels;
  }

  /**
   * Reads a file.
   *
   * @param labelColumn by its name; empty for the last
   * @param hasLabels whether there is one at all
   * @throws DataFormatException naming the line that cannot be read
   */
  static CsvTable read(Path file, String labelColumn, boolean hasLabels) {
    CsvTable table = new CsvTable(file, labelColumn, hasLabels);
    DataFile.read(file, table::readLines);
    if (table.numRows == 0) {
      throw new DataFormatException(file + " is empty: it holds no rows of numbers");
    }
    return table;
  }

  Path file() {
    return file;
  }

  int numRows() {
    return numRows;
  }

  /** The columns that are no label. */
  int numFeatures() {
    return hasLabels ? numColumns - 1 : numColumns;
  }

  /** The numbers, row by row, without the label. */
  float[] values() {
    return Arrays.copyOf(values, numValues);
  }

  /** The labels as they stand in the file; empty where there are none. */
  List<String> labels() {
    return labels;
  }

  private Void readLines(InputStream in) throws IOException {
    Reader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    StringBuilder line = new StringBuilder();
    try {
      for (int c = reader.read(); ; c = reader.read()) {
        if (c == '\n' || c < 0) {
          lineNumber++;
          addLine(line.toString().strip());
          line.setLength(0);
          if (c < 0) {
            return null;
          }
        } else if (line.length() == MAX_LINE_CHARS) {
          throw new DataFormatException(
              "%s line %d is longer than %d characters"
                  .formatted(file, lineNumber + 1, MAX_LINE_CHARS));
        } else {
          line.append((char) c);
        }
      }
    } catch (CharacterCodingException e) {
      throw new DataFormatException(file + " is not UTF-8 text, after line " + lineNumber, e);
    }
  }

  private void addLine(String line) {
    if (line.isEmpty()) {
      return;
    }
    if (!started) {
      separator = line.contains(",") ? "," : line.contains(";") ? ";" : "\t";
    }
    String[] fields = line.split(separator, -1);
    for (int i = 0; i < fields.length; i++) {
      fields[i] = unquoted(fields[i].strip());
    }
    if (!started) {
      started = true;
      if (start(fields)) {
        return;
      }
    }
    addRow(fields);
  }

  private static String unquoted(String field) {
    boolean quoted = field.length() >= 2 && field.startsWith("\"") && field.endsWith("\"");
    return quoted ? field.substring(1, field.length() - 1) : field;
  }

  /** Takes the columns from the first line; true if it is a line of names. */
  private boolean start(String[] fields) {
    numColumns = fields.length;
    if (hasLabels && numColumns < 2) {
      throw new DataFormatException(
          file + " has one column, expected numbers and a label, separated by commas");
    }
    int numbers = hasLabels ? numColumns - 1 : numColumns; // a label in the last may be a name
    boolean isHeader =
        Arrays.stream(fields, 0, numbers).anyMatch(field -> !NUMBER.matcher(field).matches());
    if (!hasLabels) {
      return isHeader;
    }
    labelAt = labelColumn.isEmpty() ? numColumns - 1 : Arrays.asList(fields).indexOf(labelColumn);
    if (labelAt < 0 || (!labelColumn.isEmpty() && !isHeader)) {
      throw new DataFormatException(
          file
              + " has no column "
              + labelColumn
              + ": its first line is "
              + shorten(String.join(separator, fields)));
    }
    return isHeader;
  }

  private void addRow(String[] fields) {
    if (fields.length != numColumns) {
      throw new DataFormatException(
          "%s line %d has %d values, expected %d as in the first line"
              .formatted(file, lineNumber, fields.length, numColumns));
    }
    if (numValues + numColumns > values.length) {
      long wanted = Math.max(2L * values.length, (long) numValues + numColumns);
      DataFile.requireMemory(file, wanted * Float.BYTES);
      values = Arrays.copyOf(values, Math.toIntExact(wanted));
    }
    for (int i = 0; i < numColumns; i++) {
      if (i == labelAt) {
        labels.add(fields[i]);
      } else {
        values[numValues++] = number(fields[i], i);
      }
    }
    numRows++;
  }

  private float number(String field, int column) {
    if (NUMBER.matcher(field).matches()) {
      float value = Float.parseFloat(field);
      if (Float.isFinite(value)) {
        return value;
      }
    }
    throw new DataFormatException(
        "%s line %d has '%s' in column %d, expected a finite number"
            .formatted(file, lineNumber, shorten(field), column + 1));
  }

  private static String shorten(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }
}
