package io.troupe.data.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.data.DataFormatException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads the rows of a file by its ending: {@code .jsonl} (an object or a text a line), {@code
 * .json} (an array of objects or texts) or {@code .parquet}. A text is a row with the column {@code
 * text}.
 */
public final class RowReader {
  private static final int MAX_LINE_CHARS = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final int maxRows;
  private final List<Row> rows = new ArrayList<>();

  private RowReader(Path file, int maxRows) {
    this.file = file;
    this.maxRows = maxRows == 0 ? Integer.MAX_VALUE : maxRows;
  }

  /**
   * Reads a file.
   *
   * @param maxRows stop after so many; 0 for all
   * @throws DataFormatException if it is missing, empty, of an unknown kind or damaged
   */
  public static List<Row> read(Path file, int maxRows) {
    if (!Files.isRegularFile(file)) {
      throw new DataFormatException("there is no file " + file);
    }
    RowReader reader = new RowReader(file, maxRows);
    try {
      reader.readByEnding();
    } catch (CharacterCodingException e) {
      throw new DataFormatException(
          file + " is not UTF-8 text, after row " + reader.rows.size(), e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (reader.rows.isEmpty()) {
      throw new DataFormatException(file + " is empty: it holds no rows");
    }
    return reader.rows;
  }

  private void readByEnding() throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".jsonl")) {
      readLines();
    } else if (name.endsWith(".json")) {
      readArray();
    } else if (name.endsWith(".parquet")) {
      readParquet();
    } else {
      throw new DataFormatException(
          file + " is of an unknown kind: name a .jsonl, .json or .parquet file");
    }
  }

  private void readLines() throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      StringBuilder line = new StringBuilder();
      long number = 1;
      for (int c = reader.read(); rows.size() < maxRows; c = reader.read()) {
        if (c == '\n' || c < 0) {
          addLine(line.toString(), number++);
          line.setLength(0);
          if (c < 0) {
            return;
          }
        } else if (line.length() == MAX_LINE_CHARS) {
          throw new DataFormatException(
              "%s line %d is longer than %d characters".formatted(file, number, MAX_LINE_CHARS));
        } else {
          line.append((char) c);
        }
      }
    }
  }

  private void addLine(String line, long number) {
    if (line.isBlank()) {
      return;
    }
    String where = file + " line " + number;
    try (JsonParser parser = JSON.getFactory().createParser(line)) {
      JsonNode node = JSON.readTree(parser);
      if (parser.nextToken() != null) {
        throw new DataFormatException(where + " holds more than one JSON value");
      }
      add(where, node);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(where + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + where + ": " + e.getMessage(), e);
    }
  }

  private void readArray() throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file);
        JsonParser parser = JSON.getFactory().createParser(reader)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return;
      }
      if (first != JsonToken.START_ARRAY) {
        throw new DataFormatException(
            file + " is not a JSON array: name it .jsonl if it has an object a line");
      }
      while (rows.size() < maxRows && parser.nextToken() != JsonToken.END_ARRAY) {
        String where = file + " element " + (rows.size() + 1);
        add(where, JSON.readTree(parser));
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new DataFormatException(
          file + " line " + line + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private void add(String where, JsonNode node) {
    Map<String, String> columns = new HashMap<>();
    if (node != null && node.isTextual()) {
      columns.put("text", node.textValue());
    } else if (node != null && node.isObject()) {
      node.properties().stream()
          .filter(field -> !field.getValue().isNull())
          .forEach(field -> columns.put(field.getKey(), text(field.getValue())));
    } else {
      throw new DataFormatException(where + " is neither a JSON object nor a text");
    }
    rows.add(new Row(rows.size(), where, columns));
  }

  private static String text(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }

  private void readParquet() {
    String query =
        "select * from read_parquet(?)" + (maxRows < Integer.MAX_VALUE ? " limit " + maxRows : "");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, file.toString());
      try (ResultSet result = statement.executeQuery()) {
        addAll(result);
      }
    } catch (SQLException e) {
      String firstLine = e.getMessage().lines().findFirst().orElse("");
      throw new DataFormatException(file + " cannot be read as Parquet: " + firstLine, e);
    }
  }

  private void addAll(ResultSet result) throws SQLException {
    int numColumns = result.getMetaData().getColumnCount();
    while (result.next()) {
      Map<String, String> columns = new HashMap<>();
      for (int c = 1; c <= numColumns; c++) {
        String value = result.getString(c);
        if (value != null) {
          columns.put(result.getMetaData().getColumnName(c), value);
        }
      }
      rows.add(new Row(rows.size(), file + " row " + (rows.size() + 1), columns));
    }
  }
}
