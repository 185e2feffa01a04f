package io.troupe.actors.grpo;

import io.troupe.actors.coordinator.Ledger;
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
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of a GRPO run. A new run begins with the warm start and an evaluation; a finished one
 * ends with an evaluation and the trained model.
 */
final class GrpoAttempt implements Attempt<List<ScoredGroup>, Ledger, GrpoSummary> {
  private static final Logger LOG = LoggerFactory.getLogger(GrpoAttempt.class);

  private final GrpoInputs inputs;
  private final RunConfig config;
  private final RunContext context;
  private final RunDirectory directory;
  private final LearnerDeadlines deadlines;
  private final WorkDecorators decorators;
  private final Checkpoints checkpoints;
  private final Evaluation evaluation;
  private final Deque<Runnable> closing = new ArrayDeque<>();
  private volatile GrpoActors actors;
  private GrpoTraining training;

  GrpoAttempt(
      GrpoInputs inputs,
      RunContext context,
      LearnerDeadlines deadlines,
      WorkDecorators decorators) {
    this.inputs = inputs;
    this.config = inputs.config();
    this.context = context;
    this.directory = context.directory();
    this.deadlines = deadlines;
    this.decorators = decorators;
    this.checkpoints = GrpoCheckpoint.in(directory.checkpoints());
    this.evaluation = new Evaluation(inputs);
  }

  @Override
  public long steps() {
    return config.steps();
  }

  // ---- before the first step -----------------------------------------------------------------

  @Override
  public Position<Ledger> prepare(LearnerThread thread) throws IOException, InterruptedException {
    Optional<GrpoCheckpoint> saved = GrpoCheckpoint.latest(checkpoints, LOG::warn);
    GrpoState state = saved.isPresent() ? saved.get().state() : begin(thread);
    context.clock().resumeFrom(state.wallSeconds());
    directory.truncateAfter(state.step());
    training =
        thread.call(
            state.step(),
            "restoring the state of step " + state.step(),
            deadlines.checkpoint(),
            () -> restore(state, saved));
    if (saved.isEmpty()) {
      thread.call(
          0,
          "checkpoint of step 0",
          deadlines.checkpoint(),
          () -> {
            training.save(state.ledger());
            return null;
          });
    }
    return new Position<>(state.step(), state.ledger());
  }

  private GrpoState begin(LearnerThread thread) throws IOException, InterruptedException {
    directory.truncateAfter(0);
    if (config.warmStart().steps() > 0) {
      warmStart(thread);
    }
    saveModel(thread, 0, directory.startModel());
    return GrpoState.start(PolicyTrainer.referenceName(config, directory), evaluate(thread, 0));
  }

  private void warmStart(LearnerThread thread) throws IOException, InterruptedException {
    WarmStart warmStart = new WarmStart(inputs, context.listener());
    closing.push(warmStart::close); // not before the thread has ended, if a step fails
    while (!warmStart.isDone()) {
      String what = "warm start step " + warmStart.nextStep();
      warmStart.report(thread.call(0, what, deadlines.step(), warmStart::step));
    }
    warmStart.close();
  }

  /** The accuracy on the held-out questions; NaN without questions. */
  private double evaluate(LearnerThread thread, long step)
      throws IOException, InterruptedException {
    if (!evaluation.isPossible()) {
      return Double.NaN;
    }
    context.listener().onEvent(new RunEvent.PhaseStarted("evaluation"));
    EvaluationResult result =
        thread.call(
            step,
            "evaluation after step " + step,
            deadlines.evaluation(),
            () -> evaluation.run(step));
    context.listener().onEvent(result.toEvent());
    return result.accuracy();
  }

  private void saveModel(LearnerThread thread, long step, Path to)
      throws IOException, InterruptedException {
    thread.call(
        step,
        "saving " + to,
        deadlines.checkpoint(),
        () -> {
          PretrainedModel.save(inputs.policy(), to);
          inputs.tokenizer().save(to);
          return to;
        });
  }

  private GrpoTraining restore(GrpoState state, Optional<GrpoCheckpoint> saved)
      throws InterruptedException {
    PolicyTrainer trained = new PolicyTrainer(inputs, directory.startModel());
    closing.push(trained::close);
    actors = GrpoActors.open(inputs, decorators, deadlines.stop());
    if (saved.isPresent()) {
      trained.restore(saved.get());
    }
    actors.broadcast().publish(state.step());
    long savedStep = saved.isPresent() ? state.step() : GrpoTraining.NONE;
    return new GrpoTraining(
        inputs, context, trained, actors.broadcast(), checkpoints, state, savedStep);
  }

  // ---- training ------------------------------------------------------------------------------

  @Override
  public Training<List<ScoredGroup>, Ledger> training() {
    return decorators.training().apply(training);
  }

  @Override
  public Function<
          ActorContext<LearnerActor.Command<List<ScoredGroup>, Ledger>>,
          BatchSource<List<ScoredGroup>, Ledger>>
      startBatches(ChildActors children, Position<Ledger> from) {
    return actors.startBatches(children, from.ledger());
  }

  @Override
  public boolean isFinished(Position<Ledger> position) {
    return position.step() >= config.steps();
  }

  // ---- the end -------------------------------------------------------------------------------

  @Override
  public GrpoSummary finish(LearnerThread thread, Position<Ledger> end)
      throws IOException, InterruptedException {
    double accuracyAfter = evaluate(thread, end.step());
    saveModel(thread, end.step(), directory.finalModel());
    GrpoState state = training.state().with(end.ledger(), context.clock().seconds());
    return new GrpoSummary(
        state,
        accuracyAfter,
        inputs.promptsSkipped(),
        inputs.heldOutSkipped(),
        ResidentMemory.peakBytes());
  }

  @Override
  public void stop() {
    if (actors != null) {
      actors.stop().ifPresent(this::retainMemory);
    }
  }

  @Override
  public void retainMemory(String reason) {
    inputs.retainMemory(reason);
  }

  @Override
  public void close() {
    if (!inputs.retainsMemory()) {
      closing.forEach(Runnable::run);
      closing.clear();
    }
    inputs.close();
  }
}
