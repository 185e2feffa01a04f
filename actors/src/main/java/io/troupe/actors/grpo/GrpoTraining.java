package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.actors.run.RunContext;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.streams.weights.WeightBroadcast;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.grpo.StepMetrics;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The steps of a GRPO run: trains the policy, publishes its weights, evaluates, and writes metrics,
 * samples and checkpoints. Used by the learner's thread.
 */
final class GrpoTraining implements Training<List<ScoredGroup>, Ledger> {
  /** No step. */
  static final long NONE = -1;

  private final GrpoInputs inputs;
  private final RunContext context;
  private final PolicyTrainer trained;
  private final WeightBroadcast broadcast;
  private final Checkpoints checkpoints;
  private final StepRecords records;

  private volatile GrpoState state; // the last attempt's thread reads it for the summary
  private long savedStep;
  private long stepEndNs = System.nanoTime();
  private List<ScoredGroup> groups;
  private StepMetrics stepMetrics;
  private LinkedHashMap<String, Double> times;

  GrpoTraining(
      GrpoInputs inputs,
      RunContext context,
      PolicyTrainer trained,
      WeightBroadcast broadcast,
      Checkpoints checkpoints,
      GrpoState state,
      long savedStep) {
    this.inputs = inputs;
    this.context = context;
    this.trained = trained;
    this.broadcast = broadcast;
    this.checkpoints = checkpoints;
    this.records = new StepRecords(inputs, context);
    this.state = state;
    this.savedStep = savedStep;
    trained.trainer().beforeUpdate(this::beginUpdate);
  }

  private void beginUpdate() {
    try {
      broadcast.beginUpdate();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("waiting for transfers of weights was interrupted");
    }
  }

  /** The state after the last recorded step; its ledger is the one at the start. */
  GrpoState state() {
    return state;
  }

  @Override
  public TrainedStep train(List<ScoredGroup> batch) throws InterruptedException {
    long startNs = System.nanoTime();
    long oldest = trained.trainer().policyVersion();
    for (ScoredGroup group : batch) {
      oldest = Math.min(oldest, group.group().oldestPolicyVersion());
    }
    groups = batch;
    stepMetrics = trained.trainer().step(batch);
    trained.optimizer().zeroGrad(); // sampling may use the memory of the gradients
    long trainedNs = System.nanoTime();
    broadcast.publish(stepMetrics.policyVersion());
    times = new LinkedHashMap<>();
    times.put("time/wait_for_samples", seconds(stepEndNs, startNs));
    times.put("time/train", seconds(startNs, trainedNs));
    times.put("staleness/max", (double) (stepMetrics.policyVersion() - 1 - oldest));
    putStepTime();
    return new TrainedStep(stepMetrics.step(), stepMetrics.samplesTrained());
  }

  private static double seconds(long fromNs, long toNs) {
    return (toNs - fromNs) / 1e9;
  }

  private void putStepTime() {
    long nowNs = System.nanoTime();
    double stepTime = seconds(stepEndNs, nowNs);
    stepEndNs = nowNs;
    times.putFirst("tokens_per_second", StepRecords.numTokens(groups) / stepTime);
    times.putFirst("step_time", stepTime);
  }

  @Override
  public boolean isEvaluationDue(long step) {
    return records.isEvaluationDue(step);
  }

  @Override
  public void evaluate(long step) throws InterruptedException {
    records.evaluate(step);
    stepEndNs = System.nanoTime(); // the time of a step is that of sampling and training
  }

  @Override
  public boolean record(TrainedStep done, Ledger ledger) {
    state =
        state.afterStep(
            trained.trainer().progress().numTokens(),
            times.get("step_time"),
            stepMetrics.values().get("logprob_gap_max"));
    records.write(done.step(), groups, stepMetrics.values(), times);
    return true;
  }

  @Override
  public boolean isCheckpointDue(long step) {
    return records.isCheckpointDue(step);
  }

  @Override
  public void save(Ledger ledger) throws IOException {
    if (savedStep != ledger.policyVersion()) {
      GrpoState current = state.with(ledger, context.clock().seconds());
      GrpoCheckpoint.save(checkpoints, inputs.policy(), trained.optimizer(), current);
      context.directory().exportSamples(current.step());
      savedStep = ledger.policyVersion();
    }
  }
}
