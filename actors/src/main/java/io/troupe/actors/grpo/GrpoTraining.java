package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.LedgerState;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.actors.run.ResidentMemory;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.SampleText;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.streams.weights.WeightBroadcast;
import io.troupe.training.checkpoint.RunCheckpoints;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.grpo.StepMetrics;
import io.troupe.training.optim.Optimizer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trains the policy of a run, and writes down what happens. Used by the learner's thread. */
final class GrpoTraining implements Training<List<ScoredGroup>, LedgerState> {
  private final GrpoInputs inputs;
  private final RunConfig config;
  private final RunDirectory folder;
  private final RunListener listener;
  private final GrpoTrainer trainer;
  private final Optimizer optimizer;
  private final WeightBroadcast broadcast;
  private final RunCheckpoints checkpoints;
  private final Evaluation evaluation;
  private final RunMeasures measures;

  private long stepEndNs = System.nanoTime();
  private long savedStep;
  private List<ScoredGroup> groups;
  private StepMetrics stepMetrics;
  private Map<String, Double> times;

  GrpoTraining(
      GrpoInputs inputs,
      RunDirectory folder,
      RunListener listener,
      GrpoTrainer trainer,
      Optimizer optimizer,
      WeightBroadcast broadcast,
      RunMeasures measures) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.folder = folder;
    this.listener = listener;
    this.trainer = trainer;
    this.optimizer = optimizer;
    this.broadcast = broadcast;
    this.checkpoints = new RunCheckpoints(folder.checkpoints());
    this.evaluation = new Evaluation(inputs);
    this.measures = measures;
    this.savedStep = trainer.policyVersion();
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
    long trainedNs = System.nanoTime();
    broadcast.publish(stepMetrics.policyVersion(), inputs.policy());
    times = new LinkedHashMap<>();
    times.put("time/wait_for_samples", seconds(stepEndNs, startNs));
    times.put("time/train", seconds(startNs, trainedNs));
    times.put("staleness/max", (double) (stepMetrics.policyVersion() - 1 - oldest));
    return new TrainedStep(stepMetrics.step(), stepMetrics.samplesTrained());
  }

  private static double seconds(long fromNs, long toNs) {
    return (toNs - fromNs) / 1e9;
  }

  @Override
  public boolean finish(TrainedStep trained, LedgerState books)
      throws IOException, InterruptedException {
    long step = trained.step();
    Map<String, Double> metrics = metrics();
    measures.step(metrics.get("step_time"), metrics.get("logprob_gap_max"));
    folder.appendMetrics(step, metrics);
    List<SampleText> texts = SampleTexts.of(step, groups, config.logSamples());
    folder.appendSamples(texts);
    listener.onStep(step, config.steps(), metrics);
    listener.onSamples(step, texts);
    if (step < config.steps() && config.evalSteps() > 0 && step % config.evalSteps() == 0) {
      evaluate(step);
    }
    if (step % config.saveSteps() == 0 || step == config.steps()) {
      save(books);
    }
    return true;
  }

  private Map<String, Double> metrics() {
    long nowNs = System.nanoTime();
    double stepTime = seconds(stepEndNs, nowNs);
    stepEndNs = nowNs;
    long tokens =
        groups.stream()
            .flatMap(group -> group.group().completions().stream())
            .map(Completion::tokenIds)
            .mapToLong(tokenIds -> tokenIds.length)
            .sum();
    Map<String, Double> metrics = new LinkedHashMap<>(stepMetrics.values());
    metrics.put("step_time", stepTime);
    metrics.put("tokens_per_second", tokens / stepTime);
    metrics.putAll(times);
    metrics.put("memory/resident_bytes", (double) ResidentMemory.bytes());
    metrics.put("memory/pool_bytes", (double) inputs.engine().memory().reservedBytes());
    return metrics;
  }

  private void evaluate(long step) throws InterruptedException {
    if (evaluation.isPossible()) {
      listener.onPhase("evaluation");
      listener.onEvaluation(evaluation.run(step));
      listener.onPhase("training");
      stepEndNs = System.nanoTime(); // the time of a step is that of sampling and training
    }
  }

  @Override
  public void save(LedgerState books) throws IOException {
    if (savedStep == trainer.policyVersion()) {
      return;
    }
    checkpoint(books);
    savedStep = trainer.policyVersion();
  }

  /** Writes a checkpoint of the policy as it is. */
  void checkpoint(LedgerState books) throws IOException {
    String reference = config.grpo().beta() > 0 ? folder.startModel().getFileName().toString() : "";
    checkpoints.save(
        inputs.policy(), optimizer, measures.state(books, trainer.progress(), reference));
  }
}
