package io.troupe.data.rows;

import io.troupe.data.DataFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects the rows of a file up to a maximum number. */
final class RowSink {
  private final Path file;
  private final int maxRows;
  private final List<Row> rows = new ArrayList<>();

  /**
   * An empty sink.
   *
   * @param maxRows 0 for no maximum
   */
  RowSink(Path file, int maxRows) {
    this.file = file;
    this.maxRows = maxRows == 0 ? Integer.MAX_VALUE : maxRows;
  }

  Path file() {
    return file;
  }

  boolean isFull() {
    return rows.size() >= maxRows;
  }

  int size() {
    return rows.size();
  }

  int maxRows() {
    return maxRows;
  }

  List<Row> rows() {
    return rows;
  }

  /**
   * Adds a row.
   *
   * @param value a struct of columns, or the text of the column {@code text}
   */
  void add(String where, Value value) {
    switch (value) {
      case Value.Text text -> add(where, Map.of("text", text));
      case Value.Struct(Map<String, Value> columns) -> add(where, columns);
      default ->
          throw new DataFormatException(where + " must be a JSON object or a text, got neither");
    }
  }

  /** Adds a row; columns that are null are left out. */
  void add(String where, Map<String, Value> columns) {
    Map<String, Value> present = new java.util.LinkedHashMap<>(columns);
    present.values().removeIf(value -> value == Value.Null.NULL);
    rows.add(new Row(rows.size(), where, present));
  }
}
