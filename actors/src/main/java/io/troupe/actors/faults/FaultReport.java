package io.troupe.actors.faults;

import io.troupe.actors.faults.check.Checks;
import io.troupe.actors.faults.fault.Witnesses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The results of many seeds. Not thread-safe. */
public final class FaultReport {
  private static final int MAX_FAILURES = 20;

  private final Witnesses witnesses = new Witnesses();
  private final Checks checks = new Checks();
  private final List<SeedResult> failures = new ArrayList<>();
  private int numSeeds;
  private int numFailures;
  private long numEvents;
  private long groupsTrained;
  private double virtualSeconds;

  void add(SeedResult result) {
    numSeeds++;
    witnesses.add(result.witnesses());
    checks.add(result.checks());
    numEvents += result.numEvents();
    groupsTrained += result.groupsTrained();
    virtualSeconds += result.virtualTime().toMillis() / 1e3;
    if (result.violation().isPresent()) {
      numFailures++;
      failures.add(result);
      failures.sort(Comparator.comparingLong(SeedResult::seed));
      if (failures.size() > MAX_FAILURES) {
        failures.removeLast();
      }
    }
  }

  /** Effects of the faults of all seeds. */
  public Witnesses witnesses() {
    return witnesses;
  }

  /** Numbers of checks of all seeds. */
  public Checks checks() {
    return checks;
  }

  /** The failed seeds, the lowest first; at most {@value #MAX_FAILURES}. */
  public List<SeedResult> failures() {
    return List.copyOf(failures);
  }

  /** The number of failed seeds. */
  public int numFailures() {
    return numFailures;
  }

  /** The number of seeds. */
  public int numSeeds() {
    return numSeeds;
  }

  /** The number of events of all seeds. */
  public long numEvents() {
    return numEvents;
  }

  /** The number of groups trained in all seeds. */
  public long groupsTrained() {
    return groupsTrained;
  }

  /** The virtual time of all seeds, in seconds. */
  public double virtualSeconds() {
    return virtualSeconds;
  }
}
