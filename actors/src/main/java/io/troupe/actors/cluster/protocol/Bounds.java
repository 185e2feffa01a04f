package io.troupe.actors.cluster.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Limits of the fields of messages. */
final class Bounds {
  static final int MAX_TEXT = 4096;
  static final int MAX_HELD = 8192;
  static final int MAX_LEARNERS = 1024;
  static final int MAX_SOURCES = 64;
  static final int MAX_METRICS = 1024;
  static final int MAX_METRIC_NAME = 256;

  private Bounds() {}

  static void atLeast(String field, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException("%s must be >= %d, got %d".formatted(field, least, value));
    }
  }

  static void sender(long epoch, NodeId node) {
    atLeast("epoch", epoch, 0);
    present("node", node);
  }

  static void coordinator(long epoch) {
    atLeast("epoch of a coordinator", epoch, 1);
  }

  static void group(long groupId, int attempt) {
    atLeast("group id", groupId, 0);
    atLeast("attempt", attempt, 0);
  }

  static <T> T present(String field, T value) {
    if (value == null) {
      throw new IllegalArgumentException(field + " must be present, got none");
    }
    return value;
  }

  static <T> List<T> list(String field, List<T> values, int max) {
    if (present(field, values).size() > max) {
      throw new IllegalArgumentException(
          "%s must have at most %d entries, got %d".formatted(field, max, values.size()));
    }
    values.forEach(value -> present(field, value));
    return List.copyOf(values);
  }

  /** The text, cut to the limit: causes of failures come from anywhere. */
  static String text(String field, String text) {
    return present(field, text).length() > MAX_TEXT ? text.substring(0, MAX_TEXT) : text;
  }

  /** A copy in the same order. */
  static Map<String, Double> metrics(String field, Map<String, Double> metrics) {
    if (present(field, metrics).size() > MAX_METRICS) {
      throw new IllegalArgumentException(
          "%s must have at most %d entries, got %d".formatted(field, MAX_METRICS, metrics.size()));
    }
    metrics.forEach(
        (name, value) -> {
          present(field, value);
          if (name.length() > MAX_METRIC_NAME) {
            throw new IllegalArgumentException(
                "%s must have names of at most %d characters, got %d"
                    .formatted(field, MAX_METRIC_NAME, name.length()));
          }
        });
    return Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }
}
