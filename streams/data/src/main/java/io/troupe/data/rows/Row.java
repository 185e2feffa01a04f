package io.troupe.data.rows;

import io.troupe.data.DataFormatException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A row of a data file. A path names a column, or a field nested in it by dots: {@code
 * reward_model.ground_truth}. A column whose own name contains the dots comes first.
 *
 * @param index position in the file, from 0
 * @param where file and row for messages, such as {@code train.jsonl line 17}
 * @param columns by name, in the order of the file; columns that are null are left out
 */
public record Row(long index, String where, Map<String, Value> columns) {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_NAMES = 20;

  /** Copies the columns. */
  public Row {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
  }

  /** The value at a path; empty if there is none or it is null. */
  public Optional<Value> find(String path) {
    return Optional.ofNullable(find(columns, path)).filter(value -> value != Value.Null.NULL);
  }

  private static Value find(Map<String, Value> fields, String path) {
    Value direct = fields.get(path);
    if (direct != null) {
      return direct;
    }
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      if (fields.get(path.substring(0, dot)) instanceof Value.Struct(Map<String, Value> inner)) {
        Value found = find(inner, path.substring(dot + 1));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /**
   * The value at a path.
   *
   * @throws DataFormatException if the row has none
   */
  public Value require(String path) {
    return find(path)
        .orElseThrow(
            () ->
                new DataFormatException(
                    where + " must have the column " + path + ", got " + columnNames()));
  }

  /**
   * The text of the value at a path.
   *
   * @throws DataFormatException if the row has none, or it is not finite or binary
   */
  public String requireText(String path) {
    Value value = require(path);
    boolean isText =
        switch (value) {
          case Value.Number number -> number.isFinite();
          case Value.Binary binary -> false;
          default -> true;
        };
    if (!isText) {
      throw new DataFormatException(
          "%s: column %s must be text, got %s".formatted(where, path, value.asText()));
    }
    return value.asText();
  }

  /** The names of the columns for messages. */
  public String columnNames() {
    String names = String.join(", ", columns.keySet().stream().sorted().limit(MAX_NAMES).toList());
    return columns.size() > MAX_NAMES ? names + ", ..." : names;
  }

  /**
   * All values as text by path: each column, and each field of a struct under its dotted path, down
   * to 8 levels.
   */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    addTexts("", columns, 1, texts);
    return texts;
  }

  private static void addTexts(
      String prefix, Map<String, Value> fields, int depth, Map<String, String> texts) {
    fields.forEach(
        (name, value) -> {
          if (value == Value.Null.NULL || value instanceof Value.Binary) {
            return;
          }
          texts.putIfAbsent(prefix + name, value.asText());
          if (value instanceof Value.Struct(Map<String, Value> inner) && depth < MAX_DEPTH) {
            addTexts(prefix + name + ".", inner, depth + 1, texts);
          }
        });
  }
}
