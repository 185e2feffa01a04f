package io.troupe.actors.run;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * The actor system of a run. Whoever makes one closes it, after the run and before what its actors
 * use.
 *
 * @param <S> the books of the run
 */
public final class RunSystem<S> implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CompletableFuture<S> end = new CompletableFuture<>();
  private ActorSystem<RunActor.Command> system;
  private String failureToEnd = "";

  /** A system that has not started. */
  public RunSystem() {}

  /**
   * Starts the actors and waits for the end of the run. An interruption of the calling thread asks
   * the learner to stop.
   *
   * @param <B> what a step is trained on
   * @return the books at the end
   * @throws RunFailedException or {@link io.troupe.actors.learner.LearnerFailedException} if the
   *     run cannot go on
   */
  public <B> S run(RunActor.LearnerOf<B, S> parts) {
    system = ActorSystem.create(RunActor.create(parts, end), "troupe", SystemConfig.load());
    system
        .getWhenTerminated()
        .thenRun(
            () ->
                end.completeExceptionally(
                    new RunFailedException("the actor system ended before the run", null)));
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

  /** Ends the actors, and returns when they have ended; {@link #failureToEnd} says if not. */
  @Override
  public void close() {
    if (system == null) {
      return;
    }
    system.terminate();
    CompletableFuture<?> terminated = system.getWhenTerminated().toCompletableFuture();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        terminated.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        ended = true;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | TimeoutException e) {
        failureToEnd = "the actor system has not ended: " + e.getMessage();
        ended = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why memory that the actors use must not be given back; empty if it may. */
  public String failureToEnd() {
    return failureToEnd;
  }
}
