package io.troupe.actors.cluster.coordinator;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Members in the order of their loads. The place of a member changes only when it is put again, so
 * that the order stays consistent.
 *
 * @param <M> type of the members
 */
final class LoadOrder<M extends Member> {
  private final ObjIntConsumer<M> setQueuedLoad;
  private final TreeSet<M> queue;

  LoadOrder(ToIntFunction<M> queuedLoad, ObjIntConsumer<M> setQueuedLoad) {
    this.setQueuedLoad = setQueuedLoad;
    this.queue =
        new TreeSet<>(Comparator.comparingInt(queuedLoad).thenComparingInt(member -> member.id));
  }

  /** Puts a member at the place of a load. */
  void put(M member, int load) {
    queue.remove(member);
    setQueuedLoad.accept(member, load);
    queue.add(member);
  }

  void remove(M member) {
    queue.remove(member);
  }

  /** The member with the lowest load. */
  Optional<M> least() {
    return queue.isEmpty() ? Optional.empty() : Optional.of(queue.first());
  }

  /** The member with the lowest load among some. */
  Optional<M> least(Predicate<M> isWanted) {
    return queue.stream().filter(isWanted).findFirst();
  }
}
