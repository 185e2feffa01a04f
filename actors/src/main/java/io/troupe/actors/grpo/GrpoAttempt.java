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
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.checkpoint.Checkpoints;
import io.troupe.training.grpo.GrpoTrainer;
import io.troupe.training.optim.Optimizer;
import io.troupe.training.schedule.LearningRateSchedule;
import io.troupe.training.sft.SftConfig;
import io.troupe.training.sft.SftTrainer;
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
    boolean hasReference = config.grpo().beta() > 0;
    String reference = hasReference ? directory.startModel().getFileName().toString() : "";
    return GrpoState.start(reference, evaluate(thread, 0));
  }

  private void warmStart(LearnerThread thread) throws IOException, InterruptedException {
    context.listener().onEvent(new RunEvent.PhaseStarted("warm start"));
    int steps = config.warmStart().steps();
    SftTrainer trainer =
        new SftTrainer(
            inputs.policy(),
            SftConfig.of(config.warmStart(), config.grpo()),
            inputs.demonstrations(),
            config.seed());
    closing.push(trainer::close);
    for (int step = 1; step <= steps; step++) {
      double loss = thread.call(0, "warm start step " + step, deadlines.step(), trainer::step);
      context.listener().onEvent(new RunEvent.WarmStartStep(step, steps, loss));
    }
    trainer.close();
    inputs.engine().memory().trim();
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
    Optimizer optimizer = Optimizer.of(config.optimizer(), inputs.policy().namedParameters());
    closing.push(optimizer::close);
    actors = GrpoActors.open(inputs, decorators, deadlines.stop());
    GrpoTrainer trainer = trainer(referenceModel(), optimizer);
    if (saved.isPresent()) {
      try (CausalLM policy = saved.get().loadPolicy(inputs.engine())) {
        policy.copyTo(inputs.policy());
      }
      saved.get().restore(optimizer);
      trainer.resume(state.progress());
    }
    actors.broadcast().publish(state.step());
    long savedStep = saved.isPresent() ? state.step() : GrpoTraining.NONE;
    return new GrpoTraining(
        inputs, context, trainer, optimizer, actors.broadcast(), checkpoints, state, savedStep);
  }

  private CausalLM referenceModel() {
    if (config.grpo().beta() == 0) {
      return null;
    }
    CausalLM reference = PretrainedModel.load(directory.startModel(), inputs.engine());
    closing.push(reference::close);
    reference.requiresGrad(false);
    return reference;
  }

  private GrpoTrainer trainer(CausalLM reference, Optimizer optimizer) {
    GrpoConfig grpo = config.grpo();
    return new GrpoTrainer(
        inputs.policy(),
        reference,
        grpo,
        optimizer,
        new LearningRateSchedule(
            config.schedule(),
            config.optimizer().learningRate(),
            (long) config.steps() * grpo.numIterations()));
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
