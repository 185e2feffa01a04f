package io.troupe.data.rows;

import io.troupe.data.DataFormatException;
import java.util.Map;

/**
 * A row of a data file.
 *
 * @param index its place in the file, from 0
 * @param where how messages name it, such as {@code train.jsonl line 17}
 * @param columns its columns as text; those that are null are left out
 */
public record Row(long index, String where, Map<String, String> columns) {

  /** Copies the columns. */
  public Row {
    columns = Map.copyOf(columns);
  }

  /**
   * A column.
   *
   * @throws DataFormatException if the row has none of that name
   */
  public String require(String column) {
    String value = columns.get(column);
    if (value == null) {
      throw new DataFormatException(
          where + " has no column " + column + ": it has " + String.join(", ", columns.keySet()));
    }
    return value;
  }
}
