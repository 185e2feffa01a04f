package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.learner.TrainingWork.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The run directory of a learner, which survives its processes. */
public final class LearnerFiles {
  private final List<Checkpoint> checkpoints = new ArrayList<>();
  private final TreeMap<Long, Long> recorded = new TreeMap<>();
  private long finalWeights;
  private boolean hasFinalModel;

  /** A stored state. */
  record Checkpoint(Position position, HashTraining state) {}

  void save(Checkpoint checkpoint) {
    checkpoints.add(checkpoint);
  }

  Optional<Checkpoint> newest() {
    return checkpoints.isEmpty() ? Optional.empty() : Optional.of(checkpoints.getLast());
  }

  /** Records the metrics of a step, once. */
  void record(long step, long checksum) {
    recorded.putIfAbsent(step, checksum);
  }

  void saveFinalModel(long weights) {
    finalWeights = weights;
    hasFinalModel = true;
  }

  /** Whether the final model is stored. */
  public boolean hasFinalModel() {
    return hasFinalModel;
  }

  /** The weights of the final model. */
  public long finalWeights() {
    return finalWeights;
  }

  /** The steps with metrics. */
  public List<Long> recordedSteps() {
    return List.copyOf(recorded.keySet());
  }
}
