package io.troupe.actors.learner;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks for the batch of a step, has it trained, has it entered in the books, and asks again: for
 * policies and supervised models alike.
 *
 * <p>The work is done on one thread, a step at a time. While what is due after a step is being done
 * (files, an evaluation, a checkpoint), the next batch may already be made; it waits here for the
 * thread. Fails with {@link LearnerFailedException} when the work does, or takes longer than the
 * deadline of a step, or when no batch can be had.
 *
 * @param <B> what a step is trained on
 * @param <S> the books: where the run stands
 */
public final class LearnerActor<B, S> {
  private static final String DEADLINE = "deadline";

  /** What it is told. */
  public sealed interface Command<B, S> {}

  /** Stop after the step that is being trained, with a checkpoint. */
  public record Stop<B, S>() implements Command<B, S> {}

  /** The batch that was asked for. */
  public record BatchReady<B, S>(B batch) implements Command<B, S> {}

  /** The step that was trained is in the books, which are as follows. */
  public record Entered<B, S>(S books) implements Command<B, S> {}

  /** Something that the run needs did not work. */
  public record Failed<B, S>(String what, Throwable cause) implements Command<B, S> {}

  private record StepDone<B, S>(TrainedStep trained) implements Command<B, S> {}

  private record Finished<B, S>(boolean goesOn) implements Command<B, S> {}

  private record Saved<B, S>() implements Command<B, S> {}

  private record Overdue<B, S>(String what) implements Command<B, S> {}

  /** The learner has done its last step, or was asked to stop. */
  public record Done<S>(long step, S books) {}

  private final ActorContext<Command<B, S>> context;
  private final TimerScheduler<Command<B, S>> timers;
  private final Training<B, S> training;
  private final ExecutorService thread;
  private final Duration deadline;
  private final long steps;
  private final BatchSource<B, S> batches;
  private final ActorRef<Done<S>> replyTo;

  private long step;
  private S books;
  private TrainedStep trained;
  private B waiting;
  private boolean isBusy;
  private boolean isStopping;

  private LearnerActor(
      ActorContext<Command<B, S>> context,
      TimerScheduler<Command<B, S>> timers,
      Training<B, S> training,
      ExecutorService thread,
      Duration deadline,
      long steps,
      Start<S> start,
      BatchSource<B, S> batches,
      ActorRef<Done<S>> replyTo) {
    this.context = context;
    this.timers = timers;
    this.training = training;
    this.thread = thread;
    this.deadline = deadline;
    this.steps = steps;
    this.step = start.step();
    this.books = start.books();
    this.batches = batches;
    this.replyTo = replyTo;
  }

  /**
   * Where a learner begins.
   *
   * @param step the last step that was trained
   * @param books as they were then
   */
  public record Start<S>(long step, S books) {}

  /**
   * A learner.
   *
   * @param training the work
   * @param thread one thread, which is shut down when the actor stops
   * @param deadline for training a step, and for what is due after it
   * @param steps of the whole run
   * @param start where it begins
   * @param batches makes what gives the batches, for the learner's context
   * @param replyTo hears of the end
   */
  public static <B, S> Behavior<Command<B, S>> create(
      Training<B, S> training,
      ExecutorService thread,
      Duration deadline,
      long steps,
      Start<S> start,
      Function<ActorContext<Command<B, S>>, BatchSource<B, S>> batches,
      ActorRef<Done<S>> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new LearnerActor<>(
                            context,
                            timers,
                            training,
                            thread,
                            deadline,
                            steps,
                            start,
                            batches.apply(context),
                            replyTo)
                        .start()));
  }

  private Behavior<Command<B, S>> start() {
    if (step < steps) {
      batches.request();
    } else {
      replyTo.tell(new Done<>(step, books));
    }
    return Behaviors.receive((_, command) -> onCommand(command), (_, signal) -> onSignal(signal));
  }

  private Behavior<Command<B, S>> onCommand(Command<B, S> command) {
    switch (command) {
      case BatchReady<B, S>(B batch) -> {
        waiting = batch;
        train();
      }
      case StepDone<B, S>(TrainedStep done) -> onTrained(done);
      case Entered<B, S>(S entered) -> onEntered(entered);
      case Finished<B, S>(boolean goesOn) -> onFinished(goesOn);
      case Saved<B, S> _ -> replyTo.tell(new Done<>(step, books));
      case Stop<B, S> _ -> onStopAsked();
      case Failed<B, S>(String what, Throwable cause) ->
          throw new LearnerFailedException(step, what, cause);
      case Overdue<B, S>(String what) ->
          throw new LearnerFailedException(
              step, what + " has not ended within " + deadline + " (deadlines.step)");
    }
    return Behaviors.same();
  }

  private void train() {
    if (isBusy || isStopping || waiting == null) {
      return;
    }
    B batch = waiting;
    waiting = null;
    work("training step " + (step + 1), () -> new StepDone<>(training.train(batch)));
  }

  private void onTrained(TrainedStep done) {
    trained = done;
    batches.enter(done);
  }

  private void onEntered(S entered) {
    books = entered;
    step = trained.step();
    TrainedStep done = trained;
    work("what is due after step " + step, () -> new Finished<>(training.finish(done, entered)));
    if (step < steps && !isStopping) {
      batches.request(); // the next batch can be made meanwhile
    }
  }

  private void onFinished(boolean goesOn) {
    timers.cancel(DEADLINE);
    isBusy = false;
    if (step == steps || !goesOn) {
      replyTo.tell(new Done<>(step, books));
    } else if (isStopping) {
      save();
    } else {
      train();
    }
  }

  private void onStopAsked() {
    boolean isNew = !isStopping;
    isStopping = true;
    if (isNew && !isBusy) {
      save();
    }
  }

  /** What is under way stays open in the books. */
  private void save() {
    S state = books;
    work(
        "saving after step " + step,
        () -> {
          training.save(state);
          return new Saved<>();
        });
  }

  private interface Work<B, S> {
    Command<B, S> run() throws Exception;
  }

  private void work(String what, Work<B, S> work) {
    isBusy = true;
    timers.startSingleTimer(DEADLINE, new Overdue<>(what), deadline);
    context.pipeToSelf(
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return work.run();
              } catch (Exception e) {
                throw new CompletionException(e);
              }
            },
            thread),
        (result, failure) ->
            failure == null
                ? result
                : new Failed<>(
                    what, failure instanceof CompletionException ? failure.getCause() : failure));
  }

  private Behavior<Command<B, S>> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      thread.shutdown();
    }
    return Behaviors.same();
  }
}
