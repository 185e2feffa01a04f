package io.troupe.rollout.engine;

import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.kvcache.PrefixMatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The groups whose pages went to others while their readers paused, in the order in which they were
 * preempted. They wait for demand and then for pages.
 */
final class PreemptedGroups {
  private final PagedKvCache cache;
  private final SequencedMap<Long, GroupDecoding> groups = new LinkedHashMap<>(); // by request id
  private long numPreemptions;

  PreemptedGroups(PagedKvCache cache) {
    this.cache = cache;
  }

  int size() {
    return groups.size();
  }

  /** Preemptions since the start. */
  long numPreemptions() {
    return numPreemptions;
  }

  /** Adds a group that has left the batch. */
  void add(GroupDecoding group) {
    groups.put(group.requestId, group);
    numPreemptions++;
  }

  /** Removes a group; returns whether it was preempted. */
  boolean remove(GroupDecoding group) {
    return groups.remove(group.requestId, group);
  }

  /** The first group whose reader waits. */
  Optional<GroupDecoding> firstWithDemand() {
    for (GroupDecoding group : groups.values()) {
      if (group.listener.hasDemand()) {
        return Optional.of(group);
      }
    }
    return Optional.empty();
  }

  /** The groups whose readers wait. */
  List<GroupDecoding> withDemand() {
    return groups.values().stream().filter(group -> group.listener.hasDemand()).toList();
  }

  /**
   * Selects the groups whose pages others get: those that have paused for the longest time, and
   * none that is not needed.
   *
   * @param numPages the pages that are needed, those of the prefix included
   * @param started the groups that have been admitted and have not ended
   * @return empty if the pages of all paused groups would not suffice
   */
  List<GroupDecoding> victims(
      long numPages,
      PrefixMatch prefix,
      Collection<GroupDecoding> started,
      List<SequenceDecoding> running) {
    List<GroupDecoding> paused =
        started.stream()
            .filter(this::canPreempt)
            .sorted(Comparator.comparingLong(GroupDecoding::numIdleSteps).reversed())
            .toList();
    if (paused.isEmpty() || !suffice(paused, numPages, prefix, running)) {
      return List.of();
    }
    List<GroupDecoding> victims = new ArrayList<>();
    while (!suffice(victims, numPages, prefix, running)) {
      victims.add(paused.get(victims.size()));
    }
    for (GroupDecoding victim : List.copyOf(victims)) {
      victims.remove(victim);
      if (!suffice(victims, numPages, prefix, running)) {
        victims.add(victim);
      }
    }
    return victims;
  }

  /** Whether there are groups whose pages others may get. */
  boolean hasVictims(Collection<GroupDecoding> started) {
    return started.stream().anyMatch(this::canPreempt);
  }

  private boolean canPreempt(GroupDecoding group) {
    return group.isPreemptable() && groups.get(group.requestId) != group;
  }

  private boolean suffice(
      List<GroupDecoding> victims,
      long numPages,
      PrefixMatch prefix,
      List<SequenceDecoding> running) {
    List<PageTable> tables = new ArrayList<>();
    victims.forEach(victim -> tables.add(victim.promptPages));
    for (SequenceDecoding sequence : running) {
      if (victims.contains(sequence.group)) {
        tables.add(sequence.pages);
      }
    }
    return cache.numPagesWithout(tables, prefix) >= numPages;
  }
}
