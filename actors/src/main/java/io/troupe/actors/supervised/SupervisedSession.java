package io.troupe.actors.supervised;

import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.run.LearnerRestarts;
import io.troupe.actors.run.ResidentMemory;
import io.troupe.actors.run.RunAttempt;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.actors.run.RunSystem;
import io.troupe.actors.run.RunThreads;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.training.checkpoint.SupervisedCheckpoints;
import io.troupe.training.checkpoint.SupervisedState;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.supervised.SupervisedTrainer;
import io.troupe.training.supervised.Tally;
import io.troupe.training.supervised.TaskEvaluation;
import io.troupe.training.supervised.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process's part of a supervised run: from the start or from a checkpoint, to the end. */
final class SupervisedSession {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisedSession.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SupervisedInputs inputs;
  private final TrainConfig config;
  private final RunDirectory folder;
  private final SupervisedListener listener;
  private final SupervisedCheckpoints checkpoints;

  SupervisedSession(SupervisedInputs inputs, RunDirectory folder, SupervisedListener listener) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.folder = folder;
    this.listener = listener;
    this.checkpoints = new SupervisedCheckpoints(folder.checkpoints());
  }

  /** Runs to the end. */
  SupervisedSummary run() {
    return RunAttempt.of(folder, this::runParts);
  }

  private SupervisedSummary runParts() throws IOException, InterruptedException {
    SupervisedState end = LearnerRestarts.run(this::train, () -> {}); // each goes back by itself
    if (!hasEnded(end)) {
      throw new RunStoppedException(
          "stopped after step %d of %d: go on by 'troupe resume %s'"
              .formatted(end.step(), inputs.steps(), folder.path()));
    }
    return finish(end);
  }

  private boolean hasEnded(SupervisedState end) {
    return end.step() == inputs.steps() || endedEarly(end);
  }

  private boolean endedEarly(SupervisedState end) {
    return config.patience() > 0 && end.numWorse() >= config.patience();
  }

  private SupervisedState train() throws IOException {
    try (SupervisedTrainer trainer = trainer()) {
      SupervisedState state = restore(trainer);
      SupervisedTraining training =
          new SupervisedTraining(inputs, folder, listener, trainer, evaluation(), state);
      if (!endedEarly(state)) {
        listener.onPhase("training");
        train(training, state.step());
      }
      SupervisedState end = training.state();
      if (hasEnded(end)) {
        training.saveResult(finalWeights(folder));
      }
      return end;
    }
  }

  private TaskEvaluation evaluation() {
    return new TaskEvaluation(inputs.task(), config.seed(), inputs.engine());
  }

  private SupervisedTrainer trainer() {
    LearningRateSchedule schedule =
        new LearningRateSchedule(
            config.schedule(), config.optimizer().learningRate(), inputs.steps());
    return new SupervisedTrainer(
        inputs.task(),
        new TrainerConfig(config.seed(), config.optimizer(), schedule, config.emaDecay()),
        inputs.engine());
  }

  /** Takes up the newest checkpoint; the first one is of the initial weights. */
  private SupervisedState restore(SupervisedTrainer trainer) throws IOException {
    Optional<SupervisedCheckpoints.Saved> saved = checkpoints.latest(LOG::warn);
    if (saved.isPresent()) {
      saved.get().restore(inputs.task().module(), trainer);
    } else {
      checkpoints.save(inputs.task().module(), trainer, SupervisedState.START);
    }
    SupervisedState state =
        saved.map(SupervisedCheckpoints.Saved::state).orElse(SupervisedState.START);
    folder.truncateAfter(state.step());
    return state;
  }

  private void train(SupervisedTraining training, long step) {
    RunThreads threads = new RunThreads();
    RunSystem<Long> system = new RunSystem<>();
    try (system) {
      system.run(
          (actors, done) ->
              LearnerActor.create(
                  training,
                  threads.single("troupe-learner"),
                  config.stepDeadline(),
                  inputs.steps(),
                  new LearnerActor.Start<>(step, step),
                  context ->
                      new StreamBatches(
                          context, inputs.data().training(step + 1), config.batchDeadline()),
                  done));
    } finally {
      if (!threads.await(PATIENCE).isEmpty() || !system.failureToEnd().isEmpty()) {
        LOG.warn("memory of the run is not given back: the learner has not ended");
        inputs.leaveOpen();
      }
    }
  }

  // ---- the end -------------------------------------------------------------------------------

  private SupervisedSummary finish(SupervisedState end) throws IOException {
    if (config.keepBest() && Files.exists(SupervisedTraining.best(folder))) {
      StateDictFile.load(SupervisedTraining.best(folder), inputs.task().module());
      StateDictFile.save(finalWeights(folder), inputs.task().module(), StorageType.F32);
    } else {
      StateDictFile.load(finalWeights(folder), inputs.task().module());
    }
    folder.replace(TrainedModel.fileBeside(finalWeights(folder)), TrainedModel.of(inputs).toJson());
    listener.onPhase("test");
    Tally test = evaluation().of(inputs.data().test());
    listener.onResult(inputs, test);
    SupervisedSummary summary =
        new SupervisedSummary(
            config.model(),
            inputs.task().module().numParameters(),
            end.step(),
            (double) end.step() / inputs.stepsPerEpoch(),
            end.numExamples(),
            end.bestStep(),
            results(test),
            end.numExamples() / end.trainingSeconds(),
            end.wallSeconds(),
            ResidentMemory.peakBytes());
    folder.writeSummary(summary.toMap());
    listener.onFinished(summary);
    return summary;
  }

  /** The weights that are the result of a run. */
  static Path finalWeights(RunDirectory folder) {
    return folder.finalModel().resolve("model.safetensors");
  }

  private static Map<String, Double> results(Tally test) {
    Map<String, Double> results = new LinkedHashMap<>();
    test.means().forEach((name, mean) -> results.put(name.replaceFirst("^eval_", "test_"), mean));
    return results;
  }
}
