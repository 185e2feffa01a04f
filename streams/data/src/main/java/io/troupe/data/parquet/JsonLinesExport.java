package io.troupe.data.parquet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Converts objects of a JSON Lines file to Parquet.
 *
 * @param source one JSON object per line
 * @param columns DuckDB type of each column by name, in the order of the Parquet file; fields that
 *     are not listed are left out
 */
public record JsonLinesExport(Path source, SequencedMap<String, String> columns) {
  private static final int MAX_LINE_BYTES = 64 << 20;

  /**
   * Writes the objects whose {@code step} is in a range. The file appears under its name when it is
   * complete; without such objects no file is written.
   *
   * @param firstStep lowest step, included
   * @param lastStep highest step, included
   * @throws IOException if the source cannot be read or the file cannot be written
   */
  public void write(long firstStep, long lastStep, Path parquet) throws IOException {
    Path partial = parquet.resolveSibling("." + parquet.getFileName() + ".tmp");
    String query =
        "copy (select * from read_json(%s, format = 'newline_delimited', columns = {%s},"
                .formatted(
                    text(source.toString().replaceAll("[\\[*?]", "[$0]")), // a file name pattern
                    columns.entrySet().stream()
                        .map(JsonLinesExport::column)
                        .collect(Collectors.joining(", ")))
            + " maximum_object_size = %d) where step between %d and %d) to %s (format parquet)"
                .formatted(MAX_LINE_BYTES, firstStep, lastStep, text(partial.toString()));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("set threads = 1");
      int rows = statement.executeUpdate(query);
      if (rows == 0) {
        Files.delete(partial);
      } else {
        Files.move(partial, parquet, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (SQLException e) {
      Files.deleteIfExists(partial);
      throw new IOException(
          "cannot convert %s to %s: %s"
              .formatted(source, parquet, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  private static String column(Map.Entry<String, String> column) {
    return text(column.getKey()) + ": " + text(column.getValue());
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
