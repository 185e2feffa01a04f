package io.troupe.actors.cluster.protocol;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** Counts ignored messages by reason. Not thread-safe. */
public final class Rejections {
  private final Map<Rejection, Long> counts = new EnumMap<>(Rejection.class);

  /** Counts one. */
  public void count(Rejection rejection) {
    counts.merge(rejection, 1L, Long::sum);
  }

  /** The number of messages that were ignored for a reason. */
  public long of(Rejection rejection) {
    return counts.getOrDefault(rejection, 0L);
  }

  /** All counts above 0. */
  public Map<Rejection, Long> all() {
    return Collections.unmodifiableMap(new EnumMap<>(counts));
  }
}
