package io.troupe.actors.learner;

import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.LedgerState;
import io.troupe.actors.learner.PolicyTraining.Trained;
import io.troupe.protocols.sample.ScoredGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks the coordinator for the groups of a step, has them trained, says so, and asks again.
 *
 * <p>The work is done on one thread, a step at a time. While what is due after a step is being done
 * (files, an evaluation, a checkpoint), groups of the next one may already be decoded; they wait
 * here for the thread. Fails with {@link LearnerFailedException} when the work does, or takes
 * longer than the deadline of a step.
 */
public final class LearnerActor {
  private static final String DEADLINE = "deadline";

  /** What it is told. */
  public sealed interface Command {}

  /** Stop after the step that is being trained, with a checkpoint. */
  public record Stop() implements Command {}

  private record BatchReady(List<ScoredGroup> groups) implements Command {}

  private record StepDone(Trained trained) implements Command {}

  private record Entered(LedgerState books) implements Command {}

  private record Finished() implements Command {}

  private record Saved() implements Command {}

  private record Failed(String what, Throwable cause) implements Command {}

  private record Overdue(String what) implements Command {}

  /** The learner has done its last step, or was asked to stop. */
  public record Done(long step, LedgerState books) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final PolicyTraining training;
  private final ExecutorService thread;
  private final Duration deadline;
  private final long steps;
  private final ActorRef<Coordinator.Command> coordinator;
  private final ActorRef<Done> replyTo;
  private final ActorRef<Coordinator.Batch> batches;
  private final ActorRef<Coordinator.Committed> commits;

  private long step;
  private LedgerState books;
  private Trained trained;
  private List<ScoredGroup> waiting;
  private boolean isBusy;
  private boolean isStopping;

  private LearnerActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      PolicyTraining training,
      ExecutorService thread,
      Duration deadline,
      long steps,
      LedgerState books,
      ActorRef<Coordinator.Command> coordinator,
      ActorRef<Done> replyTo) {
    this.context = context;
    this.timers = timers;
    this.training = training;
    this.thread = thread;
    this.deadline = deadline;
    this.steps = steps;
    this.books = books;
    this.step = books.policyVersion();
    this.coordinator = coordinator;
    this.replyTo = replyTo;
    this.batches =
        context.messageAdapter(Coordinator.Batch.class, batch -> new BatchReady(batch.groups()));
    this.commits =
        context.messageAdapter(
            Coordinator.Committed.class, committed -> new Entered(committed.state()));
  }

  /**
   * A learner.
   *
   * @param training the work
   * @param thread one thread, which is shut down when the actor stops
   * @param deadline for training a step, and for what is due after it
   * @param steps of the whole run
   * @param books at the start: their policy version is the last step trained
   * @param coordinator gives groups
   * @param replyTo hears of the end
   */
  public static Behavior<Command> create(
      PolicyTraining training,
      ExecutorService thread,
      Duration deadline,
      long steps,
      LedgerState books,
      ActorRef<Coordinator.Command> coordinator,
      ActorRef<Done> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new LearnerActor(
                            context,
                            timers,
                            training,
                            thread,
                            deadline,
                            steps,
                            books,
                            coordinator,
                            replyTo)
                        .start()));
  }

  private Behavior<Command> start() {
    if (step < steps) {
      ask();
    } else {
      replyTo.tell(new Done(step, books));
    }
    return Behaviors.receive(Command.class)
        .onAnyMessage(this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case BatchReady(List<ScoredGroup> groups) -> {
        waiting = groups;
        train();
      }
      case StepDone(Trained done) -> onTrained(done);
      case Entered(LedgerState entered) -> onEntered(entered);
      case Finished _ -> onFinished();
      case Saved _ -> replyTo.tell(new Done(step, books));
      case Stop _ -> onStopAsked();
      case Failed(String what, Throwable cause) ->
          throw new LearnerFailedException(step, what, cause);
      case Overdue(String what) ->
          throw new LearnerFailedException(
              step, what + " has not ended within " + deadline + " (deadlines.step)");
    }
    return Behaviors.same();
  }

  private void ask() {
    coordinator.tell(new Coordinator.NextBatch(batches));
  }

  private void train() {
    if (isBusy || isStopping || waiting == null) {
      return;
    }
    List<ScoredGroup> groups = waiting;
    waiting = null;
    work("training step " + (step + 1), () -> new StepDone(training.train(groups)));
  }

  private void onTrained(Trained done) {
    trained = done;
    coordinator.tell(
        new Coordinator.StepTrained(done.step(), done.groupIds(), done.samplesTrained(), commits));
  }

  private void onEntered(LedgerState entered) {
    books = entered;
    step = trained.step();
    Trained done = trained;
    work(
        "what is due after step " + step,
        () -> {
          training.finish(done, entered);
          return new Finished();
        });
    if (step < steps && !isStopping) {
      ask(); // the next groups can be decoded meanwhile
    }
  }

  private void onFinished() {
    timers.cancel(DEADLINE);
    isBusy = false;
    if (step == steps) {
      replyTo.tell(new Done(step, books));
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

  /** Groups that are under way stay open in the books. */
  private void save() {
    LedgerState state = books;
    work(
        "saving after step " + step,
        () -> {
          training.save(state);
          return new Saved();
        });
  }

  private interface Work {
    Command run() throws Exception;
  }

  private void work(String what, Work work) {
    isBusy = true;
    timers.startSingleTimer(DEADLINE, new Overdue(what), deadline);
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
                : new Failed(
                    what, failure instanceof CompletionException ? failure.getCause() : failure));
  }

  private Behavior<Command> onStop() {
    thread.shutdown();
    return Behaviors.same();
  }
}
