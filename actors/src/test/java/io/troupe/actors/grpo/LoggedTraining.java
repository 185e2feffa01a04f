package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.SegmentedLog;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.state.WeightChecksum;
import java.util.List;

/**
 * Writes the log that a clustered run has.
 *
 * @param training the decorated training
 * @param log receives the records
 * @param inputs with the policy that is trained
 */
record LoggedTraining(
    Training<List<ScoredGroup>, Ledger> training, SegmentedLog log, GrpoInputs inputs)
    implements Training<List<ScoredGroup>, Ledger> {

  @Override
  public TrainedStep train(List<ScoredGroup> groups) throws Exception {
    long step = nextStep();
    List<LoggedGroup> logged =
        groups.stream()
            .map(group -> new LoggedGroup(group, 1, "rollout-1", "reward-1", 1000, 2000, 3000))
            .toList();
    append(new LogRecord.Batch(step, logged));
    TrainedStep trained = training.train(groups);
    long checksum = WeightChecksum.of(inputs.policy().namedParameters().values());
    append(new LogRecord.Committed(trained.step(), checksum, trained.numSamples()));
    log.force();
    return trained;
  }

  private long nextStep() {
    return (log.nextIndex() - 1) / 2 + 1; // after RunStarted, two records per step
  }

  private void append(LogRecord record) throws java.io.IOException {
    log.append(1, RecordCodec.type(record), RecordCodec.encode(record));
  }

  @Override
  public boolean isEvaluationDue(long step) {
    return training.isEvaluationDue(step);
  }

  @Override
  public void evaluate(long step) throws Exception {
    training.evaluate(step);
  }

  @Override
  public boolean record(TrainedStep trained, Ledger ledger) throws Exception {
    return training.record(trained, ledger);
  }

  @Override
  public boolean isCheckpointDue(long step) {
    return training.isCheckpointDue(step);
  }

  @Override
  public void save(Ledger ledger) throws Exception {
    training.save(ledger);
  }
}
