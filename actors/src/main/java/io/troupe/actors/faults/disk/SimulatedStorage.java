package io.troupe.actors.faults.disk;

import io.troupe.actors.faults.fault.FaultKind;
import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.log.disk.Disk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The storage of a node, which survives its processes. A process mounts it as a {@link Disk}. It
 * can be slow or full, and lose what was not synced when the node loses power: names of files as
 * well as bytes, where the first changes are kept and one write may be torn.
 */
public final class SimulatedStorage {
  static final long SLOW_NS = 20_000_000;

  private static final long MAX_OPERATION_NS = 400_000;

  final String node;
  final Dice dice;
  final Witnesses witnesses;
  TreeMap<String, StoredFile> files = new TreeMap<>();
  private final List<TreeMap<String, StoredFile>> earlierNames = new ArrayList<>();
  private long maxExtraNs;
  private boolean full;
  private int operationsUntilCrash = -1;
  SimulatedDisk mounted;

  /** An empty storage. */
  public SimulatedStorage(String node, Dice dice, Witnesses witnesses) {
    this.node = node;
    this.dice = dice;
    this.witnesses = witnesses;
  }

  /** The disk of a process; the disk of the process before it is no longer usable. */
  public Disk mount(SimulatedProcess process) {
    mounted = new SimulatedDisk(this, process);
    return mounted;
  }

  /**
   * Makes every operation slower.
   *
   * @param newMaxExtraNs the maximum of the additional time; 0 for a fast disk
   */
  public void slowDown(long newMaxExtraNs) {
    maxExtraNs = newMaxExtraNs;
  }

  /** Makes writes fail for lack of space, or lets them succeed again. */
  public void fill(boolean newFull) {
    full = newFull;
  }

  /** The node loses power within one of the next operations. */
  public void crashAfter(int numOperations) {
    operationsUntilCrash = numOperations;
  }

  /** The storage has no faults from now on. */
  public void heal() {
    maxExtraNs = 0;
    full = false;
    operationsUntilCrash = -1;
  }

  /** Loses some of the changes that were not synced. */
  public void losePower() {
    int numKept = dice.between(0, earlierNames.size());
    if (numKept < earlierNames.size()) {
      files = earlierNames.get(numKept);
    }
    earlierNames.clear();
    files.values().forEach(file -> file.losePower(dice, witnesses));
  }

  boolean isFull() {
    return full;
  }

  /** Remembers the names before a change. */
  void changeNames() {
    earlierNames.add(new TreeMap<>(files));
  }

  void forceNames() {
    earlierNames.clear();
  }

  /** The time of a sync by a thread of its own. */
  public Duration syncDuration() {
    return Duration.ofNanos(durationNs());
  }

  /** The time of an operation. */
  long durationNs() {
    long durationNs = dice.between(0, MAX_OPERATION_NS) + dice.between(0, maxExtraNs);
    if (durationNs > SLOW_NS) {
      witnesses.saw(FaultKind.SLOW_DISK);
    }
    return durationNs;
  }

  boolean crashesNow() {
    return operationsUntilCrash >= 0 && operationsUntilCrash-- == 0;
  }
}
