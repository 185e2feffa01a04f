package io.troupe.actors.run;

import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.LearnerFailedException;
import io.troupe.actors.learner.Position;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The root of an attempt's actors: starts the learner and the actors that produce its batches, and
 * reports the end. The failure of any of them ends the attempt, because each holds state that the
 * others need.
 */
final class RunActor {
  /** Messages to the root. */
  sealed interface Command {}

  /** Stop after the current step, with a checkpoint. */
  record Stop() implements Command {}

  /** Creates the learner of an attempt and starts what it needs. */
  @FunctionalInterface
  interface LearnerOf<B, L> {
    Behavior<LearnerActor.Command<B, L>> create(ChildActors children, ActorRef<Position<L>> end);
  }

  private RunActor() {}

  /**
   * The root.
   *
   * @param end completed with the last position, or with the failure
   */
  static <B, L> Behavior<Command> create(
      LearnerOf<B, L> learnerOf, CompletableFuture<Position<L>> end) {
    return Behaviors.setup(
        context -> {
          try {
            return behavior(context, learnerOf, end);
          } catch (RuntimeException e) {
            end.completeExceptionally(
                new RunFailedException("cannot start the actors: " + e.getMessage(), e));
            throw e;
          }
        });
  }

  private static <B, L> Behavior<Command> behavior(
      ActorContext<Command> context,
      LearnerOf<B, L> learnerOf,
      CompletableFuture<Position<L>> end) {
    ChildActors children = new ChildActors(context);
    ActorRef<Position<L>> onEnd = context.spawn(completing(end), "end");
    ActorRef<LearnerActor.Command<B, L>> learner =
        children.start(learnerOf.create(children, onEnd), "learner");
    return Behaviors.receive(Command.class)
        .onMessage(
            Stop.class,
            _ -> {
              learner.tell(new LearnerActor.Stop<>());
              return Behaviors.same();
            })
        .onSignal(
            ChildFailed.class,
            failed -> {
              end.completeExceptionally(failure(failed));
              return Behaviors.same();
            })
        .build();
  }

  private static <L> Behavior<Position<L>> completing(CompletableFuture<Position<L>> end) {
    return Behaviors.receiveMessage(
        position -> {
          end.complete(position);
          return Behaviors.same();
        });
  }

  private static Throwable failure(ChildFailed failed) {
    Throwable cause = failed.cause();
    String actor = failed.getRef().path().name();
    return cause instanceof LearnerFailedException
        ? cause
        : new RunFailedException(actor + ": " + cause.getMessage(), cause);
  }
}
