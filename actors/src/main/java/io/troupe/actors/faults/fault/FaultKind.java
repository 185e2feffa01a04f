package io.troupe.actors.faults.fault;

/** The kinds of faults, each with the effect that its witness counts. */
public enum FaultKind {
  /** A process ends abruptly. */
  KILL("kill", "tasks and timers that a killed process lost"),
  /** Every process ends at the same time. */
  KILL_ALL("kill-all", "processes that ended together with all others"),
  /** A killed process is started again by its supervisor. */
  RESTART("restart", "processes that were started again"),
  /** A process is stopped and continued, as by SIGSTOP and SIGCONT. */
  PAUSE("pause", "timers that fired late after a pause"),
  /** Two nodes cannot reach each other. */
  PARTITION("partition", "messages that a partition stopped"),
  /** A node reaches another one, but not the other way round. */
  ONE_WAY_PARTITION("one-way-partition", "messages that a one-way partition stopped"),
  /** Messages are late. */
  DELAY("delay", "messages that were late by more than 100 ms"),
  /** Messages overtake each other. */
  REORDER("reorder", "messages that overtook an earlier one"),
  /** Messages arrive twice. */
  DUPLICATE("duplicate", "second copies that arrived"),
  /** Messages do not arrive. */
  LOSS("loss", "messages that were lost"),
  /** Bits of a frame change. */
  CORRUPT_FRAME("corrupt-frame", "frames that the receiver rejected"),
  /** Writes and syncs of a disk are slow. */
  SLOW_DISK("slow-disk", "operations of a disk that took more than 20 ms"),
  /** A disk has no space left. */
  FULL_DISK("full-disk", "writes that failed for lack of space"),
  /** A write is only partly on the disk after a crash. */
  TORN_WRITE("torn-write", "writes that were cut by a crash"),
  /** Writes that were not synced are gone after a crash. */
  LOST_TAIL("lost-tail", "unsynced writes that were lost in a crash"),
  /** The clock of a process advances at once. */
  CLOCK_JUMP("clock-jump", "timers that a jump of the clock made due"),
  /** A reward takes long. */
  SLOW_REWARD("slow-reward", "scores that came late"),
  /** A reward does not return. */
  HANGING_REWARD("hanging-reward", "scores that never came"),
  /** Decoding of a group fails. */
  FAILED_DECODING("failed-decoding", "groups whose decoding failed"),
  /** Two nodes run a coordinator at the same time. */
  TWO_COORDINATORS("two-coordinators", "messages of an older epoch that were rejected");

  private final String label;
  private final String effect;

  FaultKind(String label, String effect) {
    this.label = label;
    this.effect = effect;
  }

  /** Its name in tables and JSON. */
  public String label() {
    return label;
  }

  /** What its witness counts. */
  public String effect() {
    return effect;
  }
}
