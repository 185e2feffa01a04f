package io.troupe.data.rows;

import io.troupe.data.DataFormatException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Struct;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBStruct;

/** Reads Parquet through DuckDB. Fields of a struct that are null are left out. */
final class ParquetRows {
  private ParquetRows() {}

  static void read(RowSink sink) {
    String query =
        "select * from read_parquet(?)"
            + (sink.maxRows() < Integer.MAX_VALUE ? " limit " + sink.maxRows() : "");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, literalPattern(sink.file()));
      try (ResultSet result = statement.executeQuery()) {
        addAll(result, sink);
      }
    } catch (SQLException e) {
      String firstLine = e.getMessage().lines().findFirst().orElse("");
      throw new DataFormatException(sink.file() + " cannot be read as Parquet: " + firstLine, e);
    }
  }

  /** DuckDB takes a file name for a pattern: its special characters are put in brackets. */
  private static String literalPattern(Path file) {
    return file.toString().replaceAll("[\\[*?]", "[$0]");
  }

  private static void addAll(ResultSet result, RowSink sink) throws SQLException {
    int numColumns = result.getMetaData().getColumnCount();
    while (result.next()) {
      Map<String, Value> columns = new LinkedHashMap<>();
      for (int c = 1; c <= numColumns; c++) {
        columns.put(result.getMetaData().getColumnName(c), value(result.getObject(c)));
      }
      sink.add(sink.file() + " row " + (sink.size() + 1), columns);
    }
  }

  private static Value value(Object object) throws SQLException {
    return switch (object) {
      case null -> Value.Null.NULL;
      case String text -> new Value.Text(text);
      case Boolean bool -> new Value.Bool(bool);
      case Double number -> new Value.Number(Numbers.text(number));
      case Float number -> new Value.Number(Numbers.text(number));
      case BigDecimal number -> new Value.Number(number.toPlainString());
      case Number number -> new Value.Number(number.toString());
      case Blob blob -> new Value.Binary(blob.length());
      case java.sql.Array array -> items((Object[]) array.getArray());
      case DuckDBStruct struct -> struct(struct.getMap());
      case Map<?, ?> map -> struct(map);
      case Struct struct -> items(struct.getAttributes());
      default -> new Value.Text(object.toString()); // dates, times, UUIDs
    };
  }

  private static Value items(Object[] objects) throws SQLException {
    List<Value> values = new ArrayList<>();
    for (Object object : objects) {
      values.add(value(object));
    }
    return new Value.Items(values);
  }

  private static Value struct(Map<?, ?> map) throws SQLException {
    Map<String, Value> fields = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Value value = value(entry.getValue());
      if (value != Value.Null.NULL) {
        fields.put(String.valueOf(entry.getKey()), value);
      }
    }
    return new Value.Struct(fields);
  }
}
