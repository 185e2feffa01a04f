package io.troupe.streams.http.response;

import io.troupe.streams.http.json.JsonOutput;

/** Writes the completions of a request in the form of one route. Not thread-safe. */
public interface ResponseFormat {
  /** Writes the whole response as one JSON object. */
  void writeAll(Choices choices, JsonOutput output);

  /** Writes what has not been written as server-sent events; nothing if there is nothing. */
  void writeChunks(Choices choices, JsonOutput output);

  /** Writes the events that end a stream. */
  void writeEnd(Choices choices, JsonOutput output);
}
