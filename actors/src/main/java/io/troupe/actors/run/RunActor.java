package io.troupe.actors.run;

import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.LearnerFailedException;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The top of a run's actors: starts the learner, and what gives it batches, and says how the run
 * ended. One that fails here ends the run: there is nobody else who knows what it knew.
 */
public final class RunActor {
  /** What it is told. */
  public sealed interface Command {}

  /** Stop after the step under way, with a checkpoint. */
  public record Stop() implements Command {}

  /**
   * Makes the learner of a run.
   *
   * @param <B> what a step is trained on
   * @param <S> the books
   */
  @FunctionalInterface
  public interface LearnerOf<B, S> {
    /**
     * The learner.
     *
     * @param actors starts what it needs beside it
     * @param replyTo hears of the end
     */
    Behavior<LearnerActor.Command<B, S>> create(
        Actors actors, ActorRef<LearnerActor.Done<S>> replyTo);
  }

  /** Starts actors whose failure ends the run. */
  public record Actors(ActorContext<Command> context) {
    /** Starts one. */
    public <T> ActorRef<T> start(Behavior<T> behavior, String name) {
      ActorRef<T> started = context.spawn(behavior, name);
      context.watch(started);
      return started;
    }
  }

  private RunActor() {}

  /**
   * A run.
   *
   * @param end completed with the books, or with what made the run fail
   */
  static <B, S> Behavior<Command> create(LearnerOf<B, S> parts, CompletableFuture<S> end) {
    return Behaviors.setup(
        context -> {
          Actors actors = new Actors(context);
          ActorRef<LearnerActor.Done<S>> done = context.spawn(completing(end), "end");
          ActorRef<LearnerActor.Command<B, S>> learner =
              actors.start(parts.create(actors, done), "learner");
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
        });
  }

  private static <S> Behavior<LearnerActor.Done<S>> completing(CompletableFuture<S> end) {
    return Behaviors.receiveMessage(
        done -> {
          end.complete(done.books());
          return Behaviors.same();
        });
  }

  private static Throwable failure(ChildFailed failed) {
    Throwable cause = failed.cause();
    String who = failed.getRef().path().name();
    return cause instanceof LearnerFailedException
        ? cause
        : new RunFailedException(who + ": " + cause.getMessage(), cause);
  }
}
