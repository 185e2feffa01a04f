package io.troupe.actors.rollout;

import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Samples completions of the groups that it receives. The work runs on a separate thread, in slices
 * of some milliseconds, so the actor never blocks.
 *
 * <p>The actor fails when decoding fails. Its replacement starts without state: the coordinator
 * sends weights and issues the groups again. The coordinator limits the number of queued groups.
 */
public final class RolloutActor {
  /** Messages to a rollout actor. */
  public sealed interface Command {}

  /** Sample a group. */
  public record Decode(GroupSpec group) implements Command {}

  /** Receive weights of this version or a newer one. */
  public record ReceiveWeights(long policyVersion) implements Command {}

  private record Advanced(Decoding.Slice slice) implements Command {}

  private record AdvanceFailed(Throwable cause) implements Command {}

  /** Messages to the coordinator. */
  public sealed interface Event {
    /** The id of the rollout actor. */
    int workerId();
  }

  /** A group has all of its samples. */
  public record Sampled(int workerId, SampledGroup group) implements Event {}

  /** Later tokens are sampled with this version of the weights. */
  public record Swapped(int workerId, long policyVersion) implements Event {}

  /** A transfer of weights failed; it must be repeated. */
  public record WeightsDamaged(int workerId, String cause) implements Event {}

  private final ActorContext<Command> context;
  private final int workerId;
  private final Supplier<? extends Decoding> opening;
  private final ExecutorService thread;
  private final ActorRef<Event> coordinator;

  private final List<GroupSpec> groups = new ArrayList<>();
  private Decoding decoding; // used by the thread only
  private long expectedVersion = -1;
  private long policyVersion = -1;
  private boolean isAdvancing;
  private boolean hasWork;

  private RolloutActor(
      ActorContext<Command> context,
      int workerId,
      Supplier<? extends Decoding> opening,
      ExecutorService thread,
      ActorRef<Event> coordinator) {
    this.context = context;
    this.workerId = workerId;
    this.opening = opening;
    this.thread = thread;
    this.coordinator = coordinator;
  }

  /**
   * Creates a rollout actor.
   *
   * @param workerId its id, which its events contain
   * @param opening creates the decoder on the thread, where it is closed too
   * @param thread one thread, which is shut down when the actor stops
   * @param coordinator receives the events
   */
  public static Behavior<Command> create(
      int workerId,
      Supplier<? extends Decoding> opening,
      ExecutorService thread,
      ActorRef<Event> coordinator) {
    return Behaviors.setup(
        context -> new RolloutActor(context, workerId, opening, thread, coordinator).behavior());
  }

  private Behavior<Command> behavior() {
    return Behaviors.receive(Command.class)
        .onAnyMessage(this::onCommand)
        .onSignal(PostStop.class, _ -> onStop())
        .build();
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Decode(GroupSpec group) -> groups.add(group);
      case ReceiveWeights(long version) -> expectedVersion = Math.max(expectedVersion, version);
      case Advanced(Decoding.Slice slice) -> onAdvanced(slice);
      case AdvanceFailed(Throwable cause) ->
          throw new IllegalStateException("decoding failed: " + cause.getMessage(), cause);
    }
    advance();
    return Behaviors.same();
  }

  private void onAdvanced(Decoding.Slice slice) {
    isAdvancing = false;
    hasWork = slice.hasWork();
    slice.sampled().forEach(group -> coordinator.tell(new Sampled(workerId, group)));
    slice
        .swapped()
        .ifPresent(
            version -> {
              policyVersion = version;
              coordinator.tell(new Swapped(workerId, version));
            });
    slice.damaged().ifPresent(cause -> coordinator.tell(new WeightsDamaged(workerId, cause)));
  }

  private void advance() {
    boolean expectsWeights = policyVersion < expectedVersion;
    if (isAdvancing || (groups.isEmpty() && !hasWork && !expectsWeights)) {
      return;
    }
    isAdvancing = true;
    List<GroupSpec> added = List.copyOf(groups);
    groups.clear();
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> decoding().advance(added, expectsWeights), thread),
        (slice, failure) ->
            failure == null
                ? new Advanced(slice)
                : new AdvanceFailed(
                    failure instanceof CompletionException ? failure.getCause() : failure));
  }

  private Decoding decoding() {
    if (decoding == null) {
      decoding = opening.get();
    }
    return decoding;
  }

  private Behavior<Command> onStop() {
    thread.execute(
        () -> {
          if (decoding != null) {
            decoding.close();
          }
        });
    thread.shutdown();
    return Behaviors.same();
  }
}
