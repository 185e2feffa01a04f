package io.troupe.actors.run;

import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.LedgerState;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.LearnerFailedException;
import io.troupe.actors.reward.RewardActor;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The top of a run's actors: starts reward actor, coordinator and learner, and says how the run
 * ended. Rollout actors are the coordinator's children. One that fails here ends the run: there is
 * nobody else who knows what it knew.
 */
final class RunActor {
  /** What it is told. */
  sealed interface Command {}

  /** Stop after the step under way, with a checkpoint. */
  record Stop() implements Command {}

  private record LearnerDone(LedgerState books) implements Command {}

  /**
   * The parts of a run.
   *
   * @param reward scores groups
   * @param coordinator is given the reward actor
   * @param learner is given the coordinator and whom to tell when it is done
   */
  record Parts(
      Behavior<RewardActor.Command> reward,
      Function<ActorRef<RewardActor.Command>, Behavior<Coordinator.Command>> coordinator,
      LearnerOf learner) {}

  /** Makes the learner. */
  @FunctionalInterface
  interface LearnerOf {
    /** The learner of a coordinator. */
    Behavior<LearnerActor.Command> create(
        ActorRef<Coordinator.Command> coordinator, ActorRef<LearnerActor.Done> replyTo);
  }

  private final CompletableFuture<LedgerState> end;
  private final ActorRef<LearnerActor.Command> learner;

  private RunActor(ActorContext<Command> context, Parts parts, CompletableFuture<LedgerState> end) {
    this.end = end;
    ActorRef<RewardActor.Command> reward = context.spawn(parts.reward(), "reward");
    ActorRef<Coordinator.Command> coordinator =
        context.spawn(parts.coordinator().apply(reward), "coordinator");
    ActorRef<LearnerActor.Done> done =
        context.messageAdapter(LearnerActor.Done.class, d -> new LearnerDone(d.books()));
    learner = context.spawn(parts.learner().create(coordinator, done), "learner");
    context.watch(reward);
    context.watch(coordinator);
    context.watch(learner);
  }

  /**
   * A run.
   *
   * @param end completed with the books, or with what made the run fail
   */
  static Behavior<Command> create(Parts parts, CompletableFuture<LedgerState> end) {
    return Behaviors.setup(
        context -> {
          RunActor run = new RunActor(context, parts, end);
          return Behaviors.receive(Command.class)
              .onAnyMessage(run::onCommand)
              .onSignal(ChildFailed.class, run::onFailed)
              .build();
        });
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Stop _ -> learner.tell(new LearnerActor.Stop());
      case LearnerDone(LedgerState books) -> end.complete(books);
    }
    return Behaviors.same();
  }

  private Behavior<Command> onFailed(ChildFailed failed) {
    Throwable cause = failed.cause();
    String who = failed.getRef().path().name();
    end.completeExceptionally(
        cause instanceof LearnerFailedException
            ? cause
            : new RunFailedException(who + ": " + cause.getMessage(), cause));
    return Behaviors.same();
  }
}
