package io.troupe.actors.run;

import io.troupe.actors.learner.Deadline;
import io.troupe.actors.learner.Position;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The actor system of one attempt. The caller closes it before the memory that its actors use.
 *
 * @param <L> the ledger of the run
 */
final class RunSystem<L> implements AutoCloseable {
  private final Deadline stop;
  private final CompletableFuture<Position<L>> end = new CompletableFuture<>();
  private ActorSystem<RunActor.Command> system;
  private String failureToEnd = "";

  /**
   * A system that has not started.
   *
   * @param stop for ending the actors
   */
  RunSystem(Deadline stop) {
    this.stop = stop;
  }

  /**
   * Starts the actors and waits for the end of training. An interrupt of the calling thread asks
   * the learner to stop. The wait itself is unbounded: every piece of work in it has a deadline.
   *
   * @return the position at the end
   * @throws RunFailedException or {@link io.troupe.actors.learner.LearnerFailedException} if the
   *     attempt failed
   */
  <B> Position<L> run(RunActor.LearnerOf<B, L> learnerOf) {
    system = ActorSystem.create(RunActor.create(learnerOf, end), "troupe", SystemConfig.load());
    system
        .getWhenTerminated()
        .whenComplete(
            (_, failure) ->
                end.completeExceptionally(
                    new RunFailedException("the actor system ended before the run", failure)));
    while (true) {
      try {
        return end.get();
      } catch (InterruptedException e) {
        system.tell(new RunActor.Stop());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        throw new RunFailedException(e.getCause().getMessage(), e.getCause());
      }
    }
  }

  /** Ends the actors and waits for them; {@link #failureToEnd} reports a passed deadline. */
  @Override
  public void close() {
    if (system == null) {
      return;
    }
    system.terminate();
    CompletableFuture<?> terminated = system.getWhenTerminated().toCompletableFuture();
    long endNs = System.nanoTime() + stop.limit().toNanos();
    boolean interrupted = false;
    boolean waiting = true;
    while (waiting) {
      try {
        terminated.get(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        waiting = false;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (TimeoutException e) {
        failureToEnd = "the actor system has not ended within " + stop;
        waiting = false;
      } catch (ExecutionException e) {
        waiting = false; // it has ended, with a failure that the run reports
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why memory that the actors use must not be freed; empty if it may. */
  Optional<String> failureToEnd() {
    return Optional.of(failureToEnd).filter(reason -> !reason.isEmpty());
  }
}
