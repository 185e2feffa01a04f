package io.troupe.actors;

import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.ChildFailed;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Starts an actor as a child and receives its failure. */
public final class ParentProbe {
  private ParentProbe() {}

  private record Child<T>(ActorRef<T> ref) {}

  /** Starts the child. Sends its failure to {@code failures}. */
  @SuppressWarnings("unchecked")
  public static <T> ActorRef<T> spawn(
      ActorTestKit kit, Behavior<T> behavior, TestProbe<Throwable> failures) {
    TestProbe<Child<T>> started = (TestProbe<Child<T>>) (TestProbe<?>) kit.createTestProbe();
    kit.spawn(
        Behaviors.setup(
            context -> {
              ActorRef<T> child = context.spawn(behavior, "child");
              context.watch(child);
              started.ref().tell(new Child<>(child));
              return Behaviors.receive(Object.class)
                  .onSignal(
                      ChildFailed.class,
                      failed -> {
                        failures.ref().tell(failed.cause());
                        return Behaviors.stopped();
                      })
                  .build();
            }));
    return started.receiveMessage().ref();
  }
}
