package io.troupe.actors.learner;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Requests a batch, trains a step on it, commits the step and requests the next batch. It serves
 * every algorithm.
 *
 * <p>The work runs on the {@link LearnerThread}, one piece at a time. While metrics, an evaluation
 * or a checkpoint of a step are written, the next batch may already be produced; it waits here for
 * the thread. The actor fails with {@link LearnerFailedException} if the work fails or exceeds its
 * deadline, or if no batch is available.
 *
 * @param <B> the batch of a step
 * @param <L> the ledger of the run
 */
public final class LearnerActor<B, L> {
  private static final String DEADLINE = "deadline";

  /** Messages to the learner. */
  public sealed interface Command<B, L> {}

  /** Stop after the current step, with a checkpoint. */
  public record Stop<B, L>() implements Command<B, L> {}

  /** The requested batch. */
  public record BatchReady<B, L>(B batch) implements Command<B, L> {}

  /** The last step is committed; {@code ledger} includes it. */
  public record Committed<B, L>(L ledger) implements Command<B, L> {}

  /** The source of batches failed. */
  public record SourceFailed<B, L>(String what, Throwable cause) implements Command<B, L> {}

  private record StepTrained<B, L>(TrainedStep trained) implements Command<B, L> {}

  private record Evaluated<B, L>() implements Command<B, L> {}

  private record Recorded<B, L>(boolean continues) implements Command<B, L> {}

  private record Saved<B, L>() implements Command<B, L> {}

  private record WorkFailed<B, L>(String what, Throwable cause) implements Command<B, L> {}

  private record Overdue<B, L>(String what, Deadline deadline) implements Command<B, L> {}

  private final ActorContext<Command<B, L>> context;
  private final TimerScheduler<Command<B, L>> timers;
  private final Training<B, L> training;
  private final LearnerThread thread;
  private final LearnerDeadlines deadlines;
  private final long steps;
  private final BatchSource<B, L> batches;
  private final ActorRef<Position<L>> replyTo;

  private long step;
  private L ledger;
  private TrainedStep trained;
  private B waiting;
  private boolean isBusy;
  private boolean isStopping;
  private boolean isFinished;

  private LearnerActor(
      ActorContext<Command<B, L>> context,
      TimerScheduler<Command<B, L>> timers,
      Training<B, L> training,
      LearnerThread thread,
      LearnerDeadlines deadlines,
      long steps,
      Position<L> start,
      BatchSource<B, L> batches,
      ActorRef<Position<L>> replyTo) {
    this.context = context;
    this.timers = timers;
    this.training = training;
    this.thread = thread;
    this.deadlines = deadlines;
    this.steps = steps;
    this.step = start.step();
    this.ledger = start.ledger();
    this.batches = batches;
    this.replyTo = replyTo;
  }

  /**
   * Creates a learner.
   *
   * @param training the work
   * @param thread that does the work; the caller ends it
   * @param deadlines of the work
   * @param steps of the whole run
   * @param start the position before the first step
   * @param batches creates the source of batches for the learner's context
   * @param replyTo receives the position after the last step, or after a stop
   */
  public static <B, L> Behavior<Command<B, L>> create(
      Training<B, L> training,
      LearnerThread thread,
      LearnerDeadlines deadlines,
      long steps,
      Position<L> start,
      Function<ActorContext<Command<B, L>>, BatchSource<B, L>> batches,
      ActorRef<Position<L>> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new LearnerActor<>(
                            context,
                            timers,
                            training,
                            thread,
                            deadlines,
                            steps,
                            start,
                            batches.apply(context),
                            replyTo)
                        .start()));
  }

  private Behavior<Command<B, L>> start() {
    if (step < steps) {
      batches.request();
    } else {
      isFinished = true;
      end();
    }
    return Behaviors.receiveMessage(this::onCommand);
  }

  private Behavior<Command<B, L>> onCommand(Command<B, L> command) {
    switch (command) {
      case BatchReady<B, L>(B batch) -> {
        waiting = batch;
        train();
      }
      case StepTrained<B, L>(TrainedStep done) -> {
        trained = done;
        batches.commit(done);
      }
      case Committed<B, L>(L committed) -> onCommitted(committed);
      case Evaluated<B, L> _ -> record();
      case Recorded<B, L>(boolean continues) -> onRecorded(continues);
      case Saved<B, L> _ -> onSaved();
      case Stop<B, L> _ -> onStop();
      case SourceFailed<B, L>(String what, Throwable cause) ->
          throw new LearnerFailedException(step, what, cause);
      case WorkFailed<B, L>(String what, Throwable cause) ->
          throw new LearnerFailedException(step, what, cause);
      case Overdue<B, L>(String what, Deadline deadline) -> throw overdue(what, deadline);
    }
    return Behaviors.same();
  }

  private LearnerFailedException overdue(String what, Deadline deadline) {
    context.getLog().info("{} exceeds its deadline", what, thread.stackTrace(what));
    return LearnerFailedException.overdue(step, what, deadline);
  }

  private void train() {
    if (isBusy || isStopping || waiting == null) {
      return;
    }
    B batch = waiting;
    waiting = null;
    work(
        "training step " + (step + 1),
        deadlines.step(),
        () -> new StepTrained<>(training.train(batch)));
  }

  private void onCommitted(L committed) {
    ledger = committed;
    step = trained.step();
    if (training.isEvaluationDue(step)) {
      long evaluated = step;
      work(
          "evaluation after step " + step,
          deadlines.evaluation(),
          () -> {
            training.evaluate(evaluated);
            return new Evaluated<>();
          });
    } else {
      record();
    }
    if (step < steps && !isStopping) {
      batches.request(); // the next batch is produced in the meantime
    }
  }

  private void record() {
    TrainedStep done = trained;
    L committed = ledger;
    work(
        "recording step " + step,
        deadlines.step(),
        () -> new Recorded<>(training.record(done, committed)));
  }

  private void onRecorded(boolean continues) {
    timers.cancel(DEADLINE);
    isFinished = step == steps || !continues;
    if (training.isCheckpointDue(step) || (isStopping && !isFinished)) {
      save();
    } else {
      onIdle();
    }
  }

  private void save() {
    L committed = ledger;
    work(
        "checkpoint of step " + step,
        deadlines.checkpoint(),
        () -> {
          training.save(committed);
          return new Saved<>();
        });
  }

  private void onSaved() {
    if (isStopping) {
      end();
    } else {
      onIdle();
    }
  }

  private void onIdle() {
    timers.cancel(DEADLINE);
    isBusy = false;
    if (isFinished) {
      end();
    } else {
      train();
    }
  }

  private void onStop() {
    boolean isNew = !isStopping;
    isStopping = true;
    if (isNew && !isBusy && !isFinished) {
      save(); // groups in progress stay open in the ledger
    }
  }

  private void end() {
    timers.cancel(DEADLINE);
    replyTo.tell(new Position<>(step, ledger));
  }

  private void work(String what, Deadline deadline, Callable<Command<B, L>> work) {
    isBusy = true;
    timers.startSingleTimer(DEADLINE, new Overdue<>(what, deadline), deadline.limit());
    context.pipeToSelf(
        thread.submit(work),
        (result, failure) ->
            failure == null
                ? result
                : new WorkFailed<>(
                    what, failure instanceof CompletionException ? failure.getCause() : failure));
  }
}
