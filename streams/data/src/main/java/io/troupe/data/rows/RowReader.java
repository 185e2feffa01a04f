package io.troupe.data.rows;

import io.troupe.data.DataFormatException;
import io.troupe.data.file.DataFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads the rows of a file. The ending of its name selects the format: {@code .jsonl} (an object or
 * a text per line), {@code .json} (an array of objects or texts), {@code .csv} or {@code .tsv} (a
 * first record of column names) or {@code .parquet}; all but Parquet may be compressed ({@code
 * .gz}). A text is a row with the column {@code text}. Numbers keep their exact decimal value.
 */
public final class RowReader {
  /** The formats, for messages. */
  public static final String FORMATS = ".jsonl, .json, .csv, .tsv or .parquet";

  private RowReader() {}

  /** Returns whether the name of a file has one of the endings. */
  public static boolean isRowFile(Path file) {
    return DataFile.unpackedName(file).matches(".*\\.(jsonl|json|csv|tsv|parquet)");
  }

  /**
   * Reads a file.
   *
   * @param maxRows maximum number of rows to read; 0 for all
   * @throws DataFormatException if it is missing, empty, damaged or of an unknown format
   */
  public static List<Row> read(Path file, int maxRows) {
    if (!Files.isRegularFile(file)) {
      throw new DataFormatException("file " + file + " must exist");
    }
    RowSink sink = new RowSink(file, maxRows);
    try {
      readByEnding(sink);
    } catch (CharacterCodingException e) {
      throw new DataFormatException(
          file + " must be UTF-8 text, got other bytes after row " + sink.size(), e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (sink.rows().isEmpty()) {
      throw new DataFormatException(file + " must contain rows, got none");
    }
    return sink.rows();
  }

  private static void readByEnding(RowSink sink) throws IOException {
    String name = DataFile.unpackedName(sink.file());
    if (name.endsWith(".jsonl")) {
      JsonRows.readLines(sink);
    } else if (name.endsWith(".json")) {
      JsonRows.readArray(sink);
    } else if (name.endsWith(".csv") || name.endsWith(".tsv")) {
      CsvRows.read(sink);
    } else if (name.endsWith(".parquet") && !DataFile.isPacked(sink.file())) {
      ParquetRows.read(sink);
    } else {
      throw new DataFormatException(sink.file() + " must be a " + FORMATS + " file");
    }
  }
}
