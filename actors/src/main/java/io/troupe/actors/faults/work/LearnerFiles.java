package io.troupe.actors.faults.work;

import io.troupe.actors.cluster.protocol.BulkMessage.TrainingState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The run directory of a learner, which survives its processes. */
public final class LearnerFiles {
  private final List<TrainingState> checkpoints = new ArrayList<>();
  private final TreeMap<Long, Long> recorded = new TreeMap<>();
  private long finalWeights;
  private boolean hasFinalModel;

  void save(TrainingState checkpoint) {
    checkpoints.add(checkpoint);
  }

  Optional<TrainingState> newest() {
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
