package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.actors.run.MemoryMetrics;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.SampleText;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.streams.weights.WeightBroadcast;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.grpo.StepMetrics;
import io.troupe.training.optim.Optimizer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;

/**
 * The steps of a GRPO run: trains the policy, publishes its weights, evaluates, and writes metrics,
 * samples and checkpoints. Used by the learner's thread.
 */
final class GrpoTraining implements Training<List<ScoredGroup>, Ledger> {
  /** No step. */
  static final long NONE = -1;

  private final GrpoInputs inputs;
  private final RunConfig config;
  private final RunContext context;
  private final GrpoTrainer trainer;
  private final Optimizer optimizer;
  private final WeightBroadcast broadcast;
  private final Checkpoints checkpoints;
  private final Evaluation evaluation;

  private volatile GrpoState state; // the last attempt's thread reads it for the summary
  private long savedStep;
  private long stepEndNs = System.nanoTime();
  private List<ScoredGroup> groups;
  private StepMetrics stepMetrics;
  private LinkedHashMap<String, Double> times;

  GrpoTraining(
      GrpoInputs inputs,
      RunContext context,
      GrpoTrainer trainer,
      Optimizer optimizer,
      WeightBroadcast broadcast,
      Checkpoints checkpoints,
      GrpoState state,
      long savedStep) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.context = context;
    this.trainer = trainer;
    this.optimizer = optimizer;
    this.broadcast = broadcast;
    this.checkpoints = checkpoints;
    this.evaluation = new Evaluation(inputs);
    this.state = state;
    this.savedStep = savedStep;
    trainer.beforeUpdate(this::beginUpdate);
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
    long oldest = trainer.policyVersion();
    for (ScoredGroup group : batch) {
      oldest = Math.min(oldest, group.group().oldestPolicyVersion());
    }
    groups = batch;
    stepMetrics = trainer.step(batch);
    optimizer.zeroGrad(); // sampling may use the memory of the gradients
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
    long tokens =
        groups.stream()
            .flatMap(group -> group.group().completions().stream())
            .map(Completion::tokenIds)
            .mapToLong(tokenIds -> tokenIds.length)
            .sum();
    times.putFirst("tokens_per_second", tokens / stepTime);
    times.putFirst("step_time", stepTime);
  }

  @Override
  public boolean isEvaluationDue(long step) {
    return evaluation.isPossible()
        && step < config.steps()
        && config.evalSteps() > 0
        && step % config.evalSteps() == 0;
  }

  @Override
  public void evaluate(long step) throws InterruptedException {
    context.listener().onEvent(new RunEvent.PhaseStarted("evaluation"));
    context.listener().onEvent(evaluation.run(step).toEvent());
    context.listener().onEvent(new RunEvent.PhaseStarted("training"));
    stepEndNs = System.nanoTime(); // the time of a step is that of sampling and training
  }

  @Override
  public boolean record(TrainedStep trained, Ledger ledger) {
    long step = trained.step();
    Map<String, Double> metrics = metrics();
    state =
        state.afterStep(
            trainer.progress().numTokens(),
            metrics.get("step_time"),
            metrics.get("logprob_gap_max"));
    context.directory().appendMetrics(step, metrics);
    List<SampleText> texts = SampleTexts.of(step, groups, config.logSamples());
    context.directory().appendSamples(texts);
    context.listener().onEvent(new RunEvent.StepTrained(step, config.steps(), metrics));
    context.listener().onEvent(new RunEvent.SamplesTrained(step, texts));
    return true;
  }

  private Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>(stepMetrics.values());
    metrics.putAll(times);
    metrics.putAll(MemoryMetrics.of(inputs.engine().memory()));
    return metrics;
  }

  @Override
  public boolean isCheckpointDue(long step) {
    return step % config.saveSteps() == 0 || step == config.steps();
  }

  @Override
  public void save(Ledger ledger) throws IOException {
    if (savedStep != ledger.policyVersion()) {
      GrpoState current = state.with(ledger, context.clock().seconds());
      GrpoCheckpoint.save(checkpoints, inputs.policy(), optimizer, current);
      context.directory().exportSamples(current.step());
      savedStep = ledger.policyVersion();
    }
  }
}
