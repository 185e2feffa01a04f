package io.troupe.actors.supervised;

import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.actors.run.MemoryMetrics;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.StepResult;
import io.troupe.training.supervised.TaskEvaluation;
import io.troupe.training.supervised.TaskTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The steps of a supervised run: trains the network, evaluates, and writes metrics and checkpoints.
 * Used by the learner's thread.
 */
final class SupervisedTraining implements Training<MiniBatch, Long> {
  private final SupervisedInputs inputs;
  private final TrainConfig config;
  private final RunContext context;
  private final TaskTrainer trainer;
  private final TaskEvaluation evaluation;
  private final Checkpoints checkpoints;
  private final Monitor monitor;

  private volatile SupervisedState state; // the calling thread reads it at the end
  private long savedStep;
  private StepResult result;
  private Map<String, Double> evaluated = Map.of();
  private long stepEndNs = System.nanoTime();
  private long lineNs = stepEndNs;
  private double lossOfLine;
  private long stepsOfLine;
  private long examplesOfLine;
  private double waitedOfLine;

  SupervisedTraining(
      SupervisedInputs inputs,
      RunContext context,
      TaskTrainer trainer,
      TaskEvaluation evaluation,
      Checkpoints checkpoints,
      SupervisedState state) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.context = context;
    this.trainer = trainer;
    this.evaluation = evaluation;
    this.checkpoints = checkpoints;
    this.monitor = inputs.task().monitor();
    this.state = state;
    this.savedStep = state.step();
  }

  /** The state after the last step, with the wall time of the run so far. */
  SupervisedState state() {
    return state.withWallSeconds(context.clock().seconds());
  }

  /** Whether evaluations have not improved for {@code early-stopping.patience} times. */
  boolean endsEarly() {
    return config.patience() > 0 && state.numWorse() >= config.patience();
  }

  @Override
  public TrainedStep train(MiniBatch batch) {
    long begunNs = System.nanoTime();
    result = trainer.step(batch);
    long doneNs = System.nanoTime();
    waitedOfLine += (begunNs - stepEndNs) / 1e9;
    stepEndNs = doneNs;
    lossOfLine += result.loss();
    stepsOfLine++;
    examplesOfLine += batch.size();
    state = state.afterStep(result.step(), batch.size(), (doneNs - begunNs) / 1e9);
    return new TrainedStep(result.step(), batch.size());
  }

  @Override
  public boolean isEvaluationDue(long step) {
    return step == inputs.steps() || step % (config.evalEpochs() * inputs.stepsPerEpoch()) == 0;
  }

  @Override
  public void evaluate(long step) throws IOException {
    context.listener().onEvent(new RunEvent.PhaseStarted("evaluation"));
    evaluated = trainer.withResult(() -> evaluation.of(inputs.data().validation()).means());
    double value = evaluated.getOrDefault(monitor.metric(), Double.NaN);
    boolean isBetter = monitor.isBetter(value, state.bestValue(), config.minDelta());
    state = state.afterEvaluation(value, isBetter);
    if (isBetter && config.keepBest()) {
      saveResult(best(context.directory()));
    }
    context.listener().onEvent(new RunEvent.PhaseStarted("training"));
  }

  @Override
  public boolean record(TrainedStep trained, Long ledger) {
    long step = trained.step();
    if (!evaluated.isEmpty() || step == 1 || step % config.logSteps() == 0) {
      writeLine(step);
    }
    if (!evaluated.isEmpty()) {
      context.listener().onEvent(new RunEvent.Evaluated(step, evaluated, List.of()));
      evaluated = Map.of();
    }
    return !endsEarly();
  }

  /** Writes the means over the steps since the last line. */
  private void writeLine(long step) {
    long nowNs = System.nanoTime();
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("epoch", (double) step / inputs.stepsPerEpoch());
    metrics.putAll(result.metrics());
    metrics.put("loss", lossOfLine / stepsOfLine);
    metrics.put("step_time", (stepEndNs - lineNs) / 1e9 / stepsOfLine);
    metrics.put("examples_per_second", examplesOfLine / ((stepEndNs - lineNs) / 1e9));
    metrics.put("time/wait_for_data", waitedOfLine / stepsOfLine);
    metrics.putAll(MemoryMetrics.of(inputs.engine().memory()));
    metrics.putAll(evaluated);
    context.directory().appendMetrics(step, metrics);
    context.listener().onEvent(new RunEvent.StepTrained(step, inputs.steps(), metrics));
    lossOfLine = 0;
    stepsOfLine = 0;
    examplesOfLine = 0;
    waitedOfLine = 0;
    lineNs = nowNs;
    stepEndNs = nowNs;
  }

  @Override
  public boolean isCheckpointDue(long step) {
    return config.saveSteps() > 0
        ? step == inputs.steps() || step % config.saveSteps() == 0
        : isEvaluationDue(step);
  }

  @Override
  public void save(Long ledger) throws IOException {
    if (savedStep != state.step()) {
      SupervisedCheckpoint.save(checkpoints, inputs.task().module(), trainer, state());
      savedStep = state.step();
    }
  }

  /** Writes the weights that are the result at this step: their average, if there is one. */
  void saveResult(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    trainer.withResult(
        () -> {
          StateDictFile.save(file, inputs.task().module(), StorageType.F32);
          return file;
        });
  }

  /** The weights of the best evaluation. */
  static Path best(RunDirectory directory) {
    return directory.checkpoints().resolve("best").resolve("model.safetensors");
  }
}
