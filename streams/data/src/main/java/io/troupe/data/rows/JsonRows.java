package io.troupe.data.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.troupe.data.DataFormatException;
import io.troupe.data.file.TextFile;
import java.io.BufferedReader;
import java.io.IOException;

/** Reads JSON lines and JSON arrays. */
final class JsonRows {
  private static final int MAX_LINE_CHARS = 16 << 20;

  private JsonRows() {}

  /** Reads an object or a text from each line; blank lines are skipped. */
  static void readLines(RowSink sink) throws IOException {
    try (BufferedReader reader = TextFile.open(sink.file())) {
      StringBuilder line = new StringBuilder();
      long number = 1;
      for (int c = reader.read(); !sink.isFull(); c = reader.read()) {
        if (c == '\n' || c < 0) {
          addLine(sink, line.toString(), number++);
          line.setLength(0);
          if (c < 0) {
            return;
          }
        } else if (line.length() == MAX_LINE_CHARS) {
          throw new DataFormatException(
              "%s line %d must have at most %,d characters"
                  .formatted(sink.file(), number, MAX_LINE_CHARS));
        } else {
          line.append((char) c);
        }
      }
    }
  }

  private static void addLine(RowSink sink, String line, long number) {
    if (line.isBlank()) {
      return;
    }
    String where = sink.file() + " line " + number;
    try (JsonParser parser = Json.FACTORY.createParser(line)) {
      parser.nextToken();
      Value value = Json.read(parser);
      if (parser.nextToken() != null) {
        throw new DataFormatException(where + " must contain one JSON value, got more");
      }
      sink.add(where, value);
    } catch (JsonProcessingException e) {
      throw new DataFormatException(where + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new DataFormatException("cannot read " + where + ": " + e.getMessage(), e);
    }
  }

  /** Reads the objects or texts of an array. */
  static void readArray(RowSink sink) throws IOException {
    try (BufferedReader reader = TextFile.open(sink.file());
        JsonParser parser = Json.FACTORY.createParser(reader)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return;
      }
      if (first != JsonToken.START_ARRAY) {
        throw new DataFormatException(
            sink.file()
                + " must be a JSON array, got "
                + first
                + "; a file with one object per line must be named .jsonl");
      }
      while (!sink.isFull() && parser.nextToken() != JsonToken.END_ARRAY) {
        sink.add(sink.file() + " element " + (sink.size() + 1), Json.read(parser));
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new DataFormatException(
          sink.file() + " line " + line + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
