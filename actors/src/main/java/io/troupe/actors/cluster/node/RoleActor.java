package io.troupe.actors.cluster.node;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Runs the core of a role: messages, timers and completed work reach it one after the other. The
 * actor fails when its core does.
 */
final class RoleActor {
  /** Messages to the actor. */
  sealed interface Command {}

  /** A message of ids. */
  record Control(ControlMessage message) implements Command {}

  /** Content. */
  record Bulk(BulkMessage message) implements Command {}

  /** A part of a large content. */
  record Arriving() implements Command {}

  /** A message of another coordinator node about the log. */
  @SuppressWarnings("ArrayRecordComponent") // just received
  record Replication(String from, byte[] message) implements Command {}

  /** A timer has fired, or work is completed. */
  record Run(Runnable action) implements Command {}

  /** A core in the hands of its actor. */
  interface Core {
    /** A message of ids arrived. */
    void control(ControlMessage message);

    /** Content arrived. */
    void bulk(BulkMessage message);

    /** A part of a large content arrived. */
    default void arriving() {}

    /** A message about the log arrived; only coordinators get any. */
    default void replication(String from, byte[] message) {}

    /** The role ends here; releases what the core uses. */
    void stop();
  }

  private RoleActor() {}

  /**
   * An actor.
   *
   * @param outbox where messages to other nodes go
   * @param onFailure receives the failure of the core
   * @param create creates the core, given its environment and the executor of its thread
   */
  static Behavior<Command> create(
      Outbox outbox,
      Consumer<Throwable> onFailure,
      BiFunction<Environment, Executor, Core> create) {
    return Behaviors.setup(
        context -> {
          Executor executor = action -> context.getSelf().tell(new Run(action));
          ActorEnvironment environment = new ActorEnvironment(context, outbox);
          Core core;
          try {
            core = create.apply(environment, executor);
          } catch (RuntimeException | Error e) {
            onFailure.accept(e);
            throw e;
          }
          return Behaviors.receive(Command.class)
              .onAnyMessage(command -> onCommand(command, core, onFailure))
              .onSignal(
                  PostStop.class,
                  _ -> {
                    core.stop();
                    environment.flush();
                    return Behaviors.same();
                  })
              .build();
        });
  }

  private static Behavior<Command> onCommand(
      Command command, Core core, Consumer<Throwable> onFailure) {
    try {
      switch (command) {
        case Control(ControlMessage message) -> core.control(message);
        case Bulk(BulkMessage message) -> core.bulk(message);
        case Arriving() -> core.arriving();
        case Replication(String from, byte[] message) -> core.replication(from, message);
        case Run(Runnable action) -> action.run();
      }
      return Behaviors.same();
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
      throw e;
    }
  }

  /** The environment of a core that runs in an actor. */
  private static final class ActorEnvironment implements Environment {
    private final ActorContext<Command> context;
    private final Outbox outbox;
    private final Map<NodeId, List<ControlMessage>> unsent = new LinkedHashMap<>();

    ActorEnvironment(ActorContext<Command> context, Outbox outbox) {
      this.context = context;
      this.outbox = outbox;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
      return System.currentTimeMillis();
    }

    @Override
    public void send(NodeId to, ControlMessage message) {
      if (outbox.isHere(to)) {
        outbox.send(to, List.of(message));
        return;
      }
      if (unsent.isEmpty()) { // what is in the mailbox by now may have more for the same nodes
        context.getSelf().tell(new Run(this::flush));
      }
      unsent.computeIfAbsent(to, _ -> new ArrayList<>()).add(message);
    }

    void flush() {
      unsent.forEach(outbox::send);
      unsent.clear();
    }

    @Override
    public void transfer(NodeId to, BulkMessage message) {
      outbox.transfer(to, message);
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
      boolean[] cancelled = new boolean[1]; // a timer that has fired may wait in the mailbox
      Cancellable timer =
          context.scheduleOnce(
              delay,
              context.getSelf(),
              new Run(
                  () -> {
                    if (!cancelled[0]) {
                      action.run();
                    }
                  }));
      return () -> {
        cancelled[0] = true;
        timer.cancel();
      };
    }
  }
}
