package io.troupe.actors.faults.cluster;

import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.faults.disk.SimulatedStorage;
import io.troupe.actors.faults.time.SimulatedProcess;
import io.troupe.actors.faults.work.LearnerFiles;
import java.time.Duration;

/** A node: its processes, one after the other, and the files that survive them. */
public final class SimulatedHost {
  private final String name;
  private final SimulatedStorage storage;
  private final LearnerFiles files = new LearnerFiles();
  private long incarnation;
  private SimulatedProcess process; // null before the first start
  private NodeProgram program;
  private long wallClockOffsetMs;
  private Duration downAfterPowerLoss = Duration.ofSeconds(1);

  SimulatedHost(String name, SimulatedStorage storage) {
    this.name = name;
    this.storage = storage;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The id of its current process, or its last one. */
  public NodeId id() {
    return new NodeId(name, incarnation);
  }

  /** Its disk. */
  public SimulatedStorage storage() {
    return storage;
  }

  /** The run directory of its learner. */
  public LearnerFiles files() {
    return files;
  }

  /** Its current process, or its last one. */
  public SimulatedProcess process() {
    return process;
  }

  /** The program of the process. */
  public NodeProgram program() {
    return program;
  }

  /** Whether its process was not killed. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** Whether its process was not killed and is not paused. */
  public boolean isRunning() {
    return isAlive() && !process.isPaused();
  }

  long nextIncarnation() {
    return ++incarnation;
  }

  void starts(SimulatedProcess newProcess, NodeProgram newProgram) {
    process = newProcess;
    program = newProgram;
  }

  long wallClockOffsetMs() {
    return wallClockOffsetMs;
  }

  void shiftWallClock(long byMs) {
    wallClockOffsetMs += byMs;
  }

  Duration downAfterPowerLoss() {
    return downAfterPowerLoss;
  }

  void setDownAfterPowerLoss(Duration down) {
    downAfterPowerLoss = down;
  }
}
