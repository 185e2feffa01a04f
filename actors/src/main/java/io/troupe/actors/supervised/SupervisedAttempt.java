package io.troupe.actors.supervised;

import io.troupe.actors.learner.BatchSource;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.LearnerDeadlines;
import io.troupe.actors.learner.LearnerThread;
import io.troupe.actors.learner.Position;
import io.troupe.actors.learner.Training;
import io.troupe.actors.run.Attempt;
import io.troupe.actors.run.ChildActors;
import io.troupe.actors.run.ResidentMemory;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.nn.Module;
import io.troupe.nn.checkpoint.StateDictFile;
import io.troupe.nn.checkpoint.StorageType;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.protocols.batch.MiniBatch;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.supervised.Tally;
import io.troupe.training.supervised.TaskEvaluation;
import io.troupe.training.supervised.TaskTrainer;
import io.troupe.training.supervised.TrainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt of a supervised run; a finished one ends with the test of the resulting model. */
final class SupervisedAttempt implements Attempt<MiniBatch, Long, SupervisedSummary> {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisedAttempt.class);

  private final SupervisedInputs inputs;
  private final TrainConfig config;
  private final RunContext context;
  private final RunDirectory directory;
  private final LearnerDeadlines deadlines;
  private final ResultObserver observer;
  private final Checkpoints checkpoints;
  private volatile TaskTrainer trainer;
  private SupervisedTraining training;

  SupervisedAttempt(
      SupervisedInputs inputs,
      RunContext context,
      LearnerDeadlines deadlines,
      ResultObserver observer) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.context = context;
    this.directory = context.directory();
    this.deadlines = deadlines;
    this.observer = observer;
    this.checkpoints = SupervisedCheckpoint.in(directory.checkpoints(), inputs.task());
  }

  @Override
  public long steps() {
    return inputs.steps();
  }

  private Module module() {
    return inputs.task().module();
  }

  private TaskEvaluation evaluation() {
    return new TaskEvaluation(inputs.task(), config.seed(), inputs.engine());
  }

  // ---- before the first step -----------------------------------------------------------------

  @Override
  public Position<Long> prepare(LearnerThread thread) throws IOException, InterruptedException {
    Optional<SupervisedCheckpoint> saved = SupervisedCheckpoint.latest(checkpoints, LOG::warn);
    SupervisedState state = saved.map(SupervisedCheckpoint::state).orElse(SupervisedState.START);
    context.clock().resumeFrom(state.wallSeconds());
    directory.truncateAfter(state.step());
    training =
        thread.call(
            state.step(),
            "restoring the state of step " + state.step(),
            deadlines.checkpoint(),
            () -> restore(state, saved));
    return new Position<>(state.step(), state.step());
  }

  private SupervisedTraining restore(SupervisedState state, Optional<SupervisedCheckpoint> saved)
      throws IOException {
    LearningRateSchedule schedule =
        new LearningRateSchedule(
            config.schedule(), config.optimizer().learningRate(), inputs.steps());
    trainer =
        inputs
            .task()
            .trainer(
                new TrainerConfig(config.seed(), config.optimizer(), schedule, config.emaDecay()),
                inputs.engine());
    if (saved.isPresent()) {
      saved.get().restore(module(), trainer);
    } else {
      SupervisedCheckpoint.save(checkpoints, module(), trainer, SupervisedState.START);
    }
    return new SupervisedTraining(inputs, context, trainer, evaluation(), checkpoints, state);
  }

  // ---- training ------------------------------------------------------------------------------

  @Override
  public Training<MiniBatch, Long> training() {
    return training;
  }

  @Override
  public Function<ActorContext<LearnerActor.Command<MiniBatch, Long>>, BatchSource<MiniBatch, Long>>
      startBatches(ChildActors children, Position<Long> from) {
    return learner ->
        new StreamBatches(learner, inputs.data().training(from.step() + 1), config.batchDeadline());
  }

  @Override
  public boolean isFinished(Position<Long> position) {
    return position.step() == inputs.steps() || training.endsEarly();
  }

  // ---- the end -------------------------------------------------------------------------------

  @Override
  public SupervisedSummary finish(LearnerThread thread, Position<Long> end)
      throws IOException, InterruptedException {
    thread.call(
        end.step(),
        "saving the result",
        deadlines.checkpoint(),
        () -> {
          saveResult();
          return null;
        });
    context.listener().onEvent(new RunEvent.PhaseStarted("test"));
    Tally test =
        thread.call(end.step(), "the test of the result", deadlines.evaluation(), this::testResult);
    SupervisedState state = training.state();
    return new SupervisedSummary(
        config.model(),
        module().numParameters(),
        state.step(),
        (double) state.step() / inputs.stepsPerEpoch(),
        state.numExamples(),
        state.bestStep(),
        results(test),
        state.numExamples() / state.trainingSeconds(),
        state.wallSeconds(),
        ResidentMemory.peakBytes());
  }

  /** Writes the resulting weights and loads them into the module. */
  private void saveResult() throws IOException {
    Path weights = directory.finalModel().resolve("model.safetensors");
    training.saveResult(weights);
    Path best = SupervisedTraining.best(directory);
    boolean isBest = config.keepBest() && Files.exists(best);
    StateDictFile.load(isBest ? best : weights, module());
    if (isBest) {
      StateDictFile.save(weights, module(), StorageType.F32);
    }
    directory.replace(TrainedModel.fileBeside(weights), TrainedModel.of(inputs).toJson());
    BuiltModel<?> model = inputs.model();
    Optional<ConfigJson> config = model.entry().libraryConfig(model.settings());
    if (config.isPresent()) {
      directory.replace(weights.resolveSibling("config.json"), config.get().text());
    }
    inputs.files().write(directory.finalModel());
  }

  private Tally testResult() {
    Tally test =
        evaluation()
            .ofResult(
                inputs.data().test(), inputs.data().firstOfTest(config.diffusion().evalSamples()));
    observer.onResult(inputs, test);
    return test;
  }

  private static Map<String, Double> results(Tally test) {
    Map<String, Double> results = new LinkedHashMap<>();
    test.means().forEach((name, mean) -> results.put(name.replaceFirst("^eval_", "test_"), mean));
    return results;
  }

  /** Has no effect: the stream of mini-batches ends with the actor system. */
  @Override
  public void stop() {}

  @Override
  public void retainMemory(String reason) {
    inputs.retainMemory(reason);
  }

  @Override
  public void close() {
    if (trainer != null && !inputs.retainsMemory()) {
      trainer.close();
    }
    inputs.close();
  }
}
