package io.troupe.actors.faults.fault;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Counts the effects of each kind of fault. A kind whose count is 0 after a run of many seeds was
 * not tested. Not thread-safe.
 */
public final class Witnesses {
  private final long[] counts = new long[FaultKind.values().length];

  /** Counts one effect. */
  public void saw(FaultKind kind) {
    saw(kind, 1);
  }

  /** Counts effects. */
  public void saw(FaultKind kind, long number) {
    counts[kind.ordinal()] += number;
  }

  /** Adds the counts of another simulation. */
  public void add(Witnesses other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** The number of effects of a kind. */
  public long count(FaultKind kind) {
    return counts[kind.ordinal()];
  }

  /** The counts by kind. */
  public Map<FaultKind, Long> counts() {
    Map<FaultKind, Long> byKind = new EnumMap<>(FaultKind.class);
    for (FaultKind kind : FaultKind.values()) {
      byKind.put(kind, count(kind));
    }
    return byKind;
  }

  /** The kinds without any effect. */
  public List<FaultKind> unseen() {
    return Arrays.stream(FaultKind.values()).filter(kind -> count(kind) == 0).toList();
  }
}
