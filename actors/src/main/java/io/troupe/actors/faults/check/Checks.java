package io.troupe.actors.faults.check;

import java.util.EnumMap;
import java.util.Map;

/** Counts the checks of each invariant. Not thread-safe. */
public final class Checks {
  private final long[] counts = new long[Invariant.values().length];

  /**
   * Checks an invariant.
   *
   * @param format of the message, as in {@link String#format}
   * @throws ViolationException if it does not hold
   */
  public void require(Invariant invariant, boolean holds, String format, Object... arguments) {
    counts[invariant.ordinal()]++;
    if (!holds) {
      throw new ViolationException(invariant, format.formatted(arguments));
    }
  }

  /** Adds the counts of another simulation. */
  public void add(Checks other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  /** The number of checks by invariant. */
  public Map<Invariant, Long> counts() {
    Map<Invariant, Long> byInvariant = new EnumMap<>(Invariant.class);
    for (Invariant invariant : Invariant.values()) {
      byInvariant.put(invariant, counts[invariant.ordinal()]);
    }
    return byInvariant;
  }
}
