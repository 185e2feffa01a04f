package io.troupe.data.text;

import io.troupe.data.DataFormatException;
import io.troupe.data.dataset.DataSource;
import io.troupe.data.dataset.PerSplit;
import io.troupe.data.dataset.SplitIndices;
import io.troupe.data.file.DataFile;
import io.troupe.data.file.TextFile;
import io.troupe.data.rows.Row;
import io.troupe.data.rows.RowReader;
import io.troupe.data.rows.Value;
import io.troupe.protocols.config.DatasetConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rows with a column {@code text}: those of a file of rows, or the documents of a {@code .txt} file
 * with empty lines between them, as in BERT's training data.
 */
public final class TextRows {
  /** The column of the text. */
  public static final String TEXT = "text";

  /** The formats, for messages. */
  private static final String FORMATS = "a .txt, " + RowReader.FORMATS + " file";

  /** Memory per byte while a file is read: the file and its texts. */
  private static final int BYTES_PER_CHARACTER = 4;

  private TextRows() {}

  /**
   * The rows of the training, validation and test set at a path. Sets that the source does not
   * define are drawn by whole rows, from {@code split-seed}.
   *
   * @throws DataFormatException if there is no such file, or it cannot be read
   */
  public static PerSplit<List<Row>> open(Path path, DatasetConfig config) {
    PerSplit<Path> files = DataSource.files(path, TextRows::isTextFile, FORMATS);
    return SplitIndices.divide(path, files.map(TextRows::read), config);
  }

  private static boolean isTextFile(Path file) {
    return isPlain(file) || RowReader.isRowFile(file);
  }

  private static boolean isPlain(Path file) {
    return DataFile.unpackedName(file).endsWith(".txt");
  }

  private static List<Row> read(Path file) {
    return isPlain(file) ? documents(file) : RowReader.read(file, 0);
  }

  private static List<Row> documents(Path file) {
    List<Row> rows = new ArrayList<>();
    StringBuilder document = new StringBuilder();
    long size = 0;
    try (BufferedReader reader = TextFile.open(file)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        size += line.length();
        DataFile.requireMemory(file, size * BYTES_PER_CHARACTER);
        if (line.isBlank()) {
          add(file, document, rows);
        } else {
          document.append(line).append('\n');
        }
      }
      add(file, document, rows);
    } catch (CharacterCodingException e) {
      throw new DataFormatException(file + " must be UTF-8 text, got other bytes", e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (rows.isEmpty()) {
      throw new DataFormatException(file + " must contain text, got none");
    }
    return rows;
  }

  private static void add(Path file, StringBuilder document, List<Row> rows) {
    if (!document.isEmpty()) {
      String where = file + " document " + (rows.size() + 1);
      rows.add(new Row(rows.size(), where, Map.of(TEXT, Value.text(document.toString()))));
      document.setLength(0);
    }
  }
}
