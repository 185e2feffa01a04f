package io.troupe.streams.flight;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.VectorSchemaRoot;

/** A row of a stream; what is null there is null here. */
public record Row(
    int request,
    int sample,
    int position,
    Integer tokenId,
    String text,
    Float logProb,
    Long policyVersion,
    String finishReason) {

  /** The rows of a record batch. */
  static List<Row> of(VectorSchemaRoot batch) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < batch.getRowCount(); i++) {
      rows.add(
          new Row(
              (Integer) value(batch, "request", i),
              (Integer) value(batch, "sample", i),
              (Integer) value(batch, "position", i),
              (Integer) value(batch, "token_id", i),
              text(value(batch, "text", i)),
              (Float) value(batch, "log_prob", i),
              (Long) value(batch, "policy_version", i),
              text(value(batch, "finish_reason", i))));
    }
    return rows;
  }

  private static Object value(VectorSchemaRoot batch, String column, int row) {
    return batch.getVector(column).getObject(row);
  }

  private static String text(Object value) {
    return value == null ? null : value.toString();
  }

  /** The rows of the rest of a stream. */
  static List<Row> readAll(FlightStream stream) {
    List<Row> rows = new ArrayList<>();
    while (stream.next()) {
      rows.addAll(of(stream.getRoot()));
    }
    return rows;
  }

  /** The rows of tokens. */
  static List<Row> tokens(List<Row> rows) {
    return rows.stream().filter(row -> row.tokenId() != null).toList();
  }

  static List<Integer> tokenIds(List<Row> rows) {
    return tokens(rows).stream().map(Row::tokenId).toList();
  }
}
