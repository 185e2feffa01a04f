package io.troupe.data.rows;

import de.siegmar.fastcsv.reader.CsvRecord;
import io.troupe.data.DataFormatException;
import io.troupe.data.csv.CsvFile;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads CSV with a first record of column names. Every value is text; an empty field is left out of
 * its row.
 */
final class CsvRows {
  private final RowSink sink;
  private List<String> names = List.of();

  private CsvRows(RowSink sink) {
    this.sink = sink;
  }

  static void read(RowSink sink) {
    CsvFile.forEach(sink.file(), new CsvRows(sink)::add);
  }

  private boolean add(CsvRecord record) {
    if (names.isEmpty()) {
      names = names(record);
      return true;
    }
    String where = sink.file() + " line " + record.getStartingLineNumber();
    if (record.getFieldCount() != names.size()) {
      throw new DataFormatException(
          "%s must have %d fields as the first record has, got %d"
              .formatted(where, names.size(), record.getFieldCount()));
    }
    Map<String, Value> columns = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!record.getField(i).isEmpty()) {
        columns.put(names.get(i), Value.text(record.getField(i)));
      }
    }
    sink.add(where, columns);
    return !sink.isFull();
  }

  private List<String> names(CsvRecord record) {
    List<String> header = record.getFields().stream().map(String::strip).toList();
    if (new HashSet<>(header).size() != header.size()) {
      throw new DataFormatException(
          "%s: the first record must name each column once, got %s"
              .formatted(sink.file(), String.join(", ", header)));
    }
    return header;
  }
}
