package io.troupe.actors.run;

import java.util.Map;

/** The results of a run, as stored in {@code summary.json}. */
public interface RunSummary {
  /** Keys and values in the order of the file; null stands for NaN. */
  Map<String, Object> toMap();
}
