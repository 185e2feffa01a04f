package io.troupe.actors.supervised;

import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.actors.run.ResidentMemory;
import io.troupe.actors.run.RunDirectory;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.training.checkpoint.SupervisedCheckpoints;
import io.troupe.training.checkpoint.SupervisedState;
import io.troupe.training.supervised.Monitor;
import io.troupe.training.supervised.StepResult;
import io.troupe.training.supervised.SupervisedTrainer;
import io.troupe.training.supervised.TaskEvaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Trains the network of a run, and writes down what happens. Used by the learner's thread. */
final class SupervisedTraining implements Training<MiniBatch, Long> {
  private final SupervisedInputs inputs;
  private final TrainConfig config;
  private final RunDirectory folder;
  private final SupervisedListener listener;
  private final SupervisedTrainer trainer;
  private final TaskEvaluation evaluation;
  private final SupervisedCheckpoints checkpoints;
  private final Monitor monitor;
  private final long startNs = System.nanoTime();

  private SupervisedState state;
  private long savedStep;
  private StepResult result;
  private long stepEndNs = System.nanoTime();
  private long lineNs = stepEndNs;
  private double lossOfLine;
  private long stepsOfLine;
  private long examplesOfLine;
  private double waitedOfLine;

  SupervisedTraining(
      SupervisedInputs inputs,
      RunDirectory folder,
      SupervisedListener listener,
      SupervisedTrainer trainer,
      TaskEvaluation evaluation,
      SupervisedState state) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.folder = folder;
    this.listener = listener;
    this.trainer = trainer;
    this.evaluation = evaluation;
    this.checkpoints = new SupervisedCheckpoints(folder.checkpoints());
    this.monitor = inputs.task().monitor();
    this.state = state;
    this.savedStep = state.step();
  }

  /** Where the run stands, its time up to now included. */
  SupervisedState state() {
    return state.afterSeconds((System.nanoTime() - startNs) / 1e9);
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
  public boolean finish(TrainedStep trained, Long books) throws IOException {
    long step = trained.step();
    boolean isLast = step == inputs.steps();
    boolean measures = isLast || step % (config.evalEpochs() * inputs.stepsPerEpoch()) == 0;
    if (measures || step == 1 || step % config.logSteps() == 0) {
      writeLine(step, measures ? evaluate() : Map.of());
    }
    if (config.saveSteps() > 0 ? isLast || step % config.saveSteps() == 0 : measures) {
      save(books);
    }
    return config.patience() == 0 || state.numWorse() < config.patience();
  }

  /** The mean of what happened since the line before. */
  private void writeLine(long step, Map<String, Double> measured) {
    long nowNs = System.nanoTime();
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("epoch", (double) step / inputs.stepsPerEpoch());
    metrics.putAll(result.metrics());
    metrics.put("loss", lossOfLine / stepsOfLine);
    metrics.put("step_time", (stepEndNs - lineNs) / 1e9 / stepsOfLine);
    metrics.put("examples_per_second", examplesOfLine / ((stepEndNs - lineNs) / 1e9));
    metrics.put("time/wait_for_data", waitedOfLine / stepsOfLine);
    metrics.put("memory/resident_bytes", (double) ResidentMemory.bytes());
    metrics.putAll(measured);
    folder.appendMetrics(step, metrics);
    listener.onStep(step, inputs.steps(), metrics);
    lossOfLine = 0;
    stepsOfLine = 0;
    examplesOfLine = 0;
    waitedOfLine = 0;
    lineNs = nowNs;
    stepEndNs = nowNs;
  }

  private Map<String, Double> evaluate() throws IOException {
    listener.onPhase("evaluation");
    Map<String, Double> measured =
        trainer.withResult(() -> evaluation.of(inputs.data().validation()).means());
    double value = measured.getOrDefault(monitor.metric(), Double.NaN);
    boolean isBetter = monitor.isBetter(value, state.bestValue(), config.minDelta());
    state = state.afterEvaluation(value, isBetter);
    if (isBetter && config.keepBest()) {
      saveResult(best(folder));
    }
    listener.onPhase("training");
    return measured;
  }

  /** Writes the weights that are the result now. */
  void saveResult(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    trainer.withResult(
        () -> {
          StateDictFile.save(file, inputs.task().module(), StorageType.F32);
          return file;
        });
  }

  /** The weights of the best evaluation so far. */
  static Path best(RunDirectory folder) {
    return folder.checkpoints().resolve("best").resolve("model.safetensors");
  }

  @Override
  public void save(Long books) throws IOException {
    if (savedStep != state.step()) {
      checkpoints.save(inputs.task().module(), trainer, state());
      savedStep = state.step();
    }
  }
}
