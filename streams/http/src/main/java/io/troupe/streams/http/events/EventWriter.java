package io.troupe.streams.http.events;

import io.troupe.serving.endpoint.GenerationEvent;
import io.troupe.streams.http.json.JsonOutput;
import java.util.List;

/** Writes the events of a generation as server-sent events. Used by one thread at a time. */
public interface EventWriter {
  /** Writes events; may write nothing. */
  void write(List<GenerationEvent> events, JsonOutput output);

  /** Writes the end of a stream without errors. */
  void end(JsonOutput output);

  /** Writes the end of a stream that has failed. */
  void fail(Throwable cause, JsonOutput output);
}
