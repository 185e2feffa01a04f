package io.troupe.rollout.engine;

import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.kvcache.PrefixMatch;
import io.troupe.tensor.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The groups that have not joined the batch completely: the queue, and behind it the admitted
 * groups, whose prompts are cached until each of their samples has joined.
 *
 * <p>Samples join in the order in which groups were submitted, when a place in the batch and the
 * pages of their maximum length are free. While a group waits for pages, later groups that fit with
 * all their samples may overtake it, a bounded number of times: then pages become free until it
 * fits. At most one group has some of its samples in the batch, so groups cannot hold the pages
 * that the others need.
 *
 * <p>A group that lacks pages gets those of groups whose readers have paused, if their listeners
 * allow it and the pages suffice (preemption by recomputation, arXiv:2309.06180, section 4.5). A
 * preempted group keeps its tokens. When its reader waits again, it is admitted like a new group,
 * before those in the queue: its prompt is read again, and each sample continues with its tokens.
 * The first group of the queue is overtaken by a bounded number of them.
 */
final class Admission implements AutoCloseable {
  /** Maximum number of groups that overtake one group. */
  static final int MAX_OVERTAKING = 64;

  /** Maximum number of groups that are considered behind one that waits for pages. */
  private static final int LOOK_AHEAD = 16;

  private final PagedKvCache cache;
  private final TokenCounts counts;
  private final DecodingLimits limits;
  private final NewSamples newSamples;
  private final Scope promptStates;
  private final SequencedMap<Long, GroupDecoding> waiting = new LinkedHashMap<>(); // by request id
  private final Map<Long, GroupDecoding> runningGroups = new LinkedHashMap<>(); // by request id
  private final PreemptedGroups preempted; // these are among the running groups
  private final List<GroupDecoding> admitted = new ArrayList<>();
  private GroupDecoding joining; // the admitted group of which some samples have not joined
  private boolean isHeld;
  private int numPaused; // samples
  private long numJoins; // groups and samples that have been admitted

  Admission(
      PagedKvCache cache,
      TokenCounts counts,
      DecodingLimits limits,
      NewSamples newSamples,
      Scope promptStates) {
    this.cache = cache;
    this.preempted = new PreemptedGroups(cache);
    this.counts = counts;
    this.limits = limits;
    this.newSamples = newSamples;
    this.promptStates = promptStates;
  }

  void add(GroupDecoding group) {
    waiting.put(group.requestId, group);
  }

  int numWaiting() {
    return waiting.size();
  }

  /** Groups that have been admitted and have neither ended nor been preempted. */
  int numRunning() {
    return runningGroups.size() - preempted.size();
  }

  /** Groups that have been preempted and have not returned. */
  int numPreempted() {
    return preempted.size();
  }

  /** Preemptions since the start. */
  long numPreemptions() {
    return preempted.numPreemptions();
  }

  /** The request ids of the groups that have been admitted and have not ended. */
  List<Long> startedIds() {
    return List.copyOf(runningGroups.keySet());
  }

  /** Notes that a group has ended, admitted or not. */
  void ended(GroupDecoding group) {
    runningGroups.remove(group.requestId, group);
  }

  boolean hasRoom() {
    return waiting.size() < limits.maxWaitingGroups();
  }

  /** Groups whose prompt is cached or being read. */
  List<GroupDecoding> admitted() {
    return admitted;
  }

  boolean contains(long requestId) {
    return waiting.containsKey(requestId) || runningGroups.containsKey(requestId);
  }

  /**
   * Adds samples to the batch while there are places and pages for them.
   *
   * @return whether there were
   */
  boolean admit(List<SequenceDecoding> running) {
    long before = numJoins;
    if (joining == null || join(joining, running) || stepAside(joining, running)) {
      joining = null;
      admitNext(running);
    } else {
      overtake(joining, running);
    }
    return numJoins > before;
  }

  /** Admits groups in order until one does not fit. */
  private void admitNext(List<SequenceDecoding> running) {
    for (GroupDecoding group = next(); group != null && hasPlace(running); group = next()) {
      if (!open(group, 1, running)) {
        overtake(group, running);
        return;
      }
      if (!join(group, running)) {
        joining = group;
        return;
      }
    }
  }

  /** The group that is admitted next, or null. */
  private GroupDecoding next() {
    GroupDecoding first = isHeld || waiting.isEmpty() ? null : waiting.firstEntry().getValue();
    return first != null && first.numOvertaken >= MAX_OVERTAKING
        ? first
        : preempted.firstWithDemand().orElse(first);
  }

  /** Preempts a paused group of which some samples have no pages; returns whether others go on. */
  private boolean stepAside(GroupDecoding group, List<SequenceDecoding> running) {
    boolean stepsAside = group.isPreemptable() && hasPlace(running) && next() != null;
    if (stepsAside) {
      preempt(group, running);
    }
    return stepsAside;
  }

  private boolean hasPlace(List<SequenceDecoding> running) {
    return places(running) > 0;
  }

  /** Places in the batch for more samples; paused samples need none. */
  private int places(List<SequenceDecoding> running) {
    return limits.maxBatchSequences() - (running.size() - numPaused);
  }

  /** Admits groups behind the first one, which waits for pages. */
  private void overtake(GroupDecoding first, List<SequenceDecoding> running) {
    for (GroupDecoding group : behind(first)) {
      int samples = group.numUnjoined();
      boolean mayJoin = first.numOvertaken < MAX_OVERTAKING && samples <= places(running);
      if (mayJoin && open(group, samples, running)) {
        join(group, running);
        first.numOvertaken++;
      }
    }
  }

  /** The groups that may overtake the first one. */
  private List<GroupDecoding> behind(GroupDecoding first) {
    Stream<GroupDecoding> queue = isHeld ? Stream.of() : waiting.values().stream();
    return Stream.concat(preempted.withDemand().stream(), queue)
        .limit(LOOK_AHEAD)
        .filter(group -> group != first)
        .toList();
  }

  /**
   * Opens the prompt of a group if there are pages for it and for some of its samples, or paused
   * groups have them.
   */
  private boolean open(GroupDecoding group, int samples, List<SequenceDecoding> running) {
    int[] prompt = group.spec.prompt().tokenIds();
    boolean readsCache = group.usesPrefixCache && !group.scoresPrompt();
    long pages =
        PagedKvCache.pagesFor(prompt.length)
            + (group.isPromptOnly() ? 0L : samples)
                * PagedKvCache.pagesToFork(group.capacity(), prompt.length);
    int shareable = readsCache ? PagedKvCache.pagesFor(prompt.length) : 0;
    if (pages > cache.numAvailablePages() + shareable && !canPreempt()) {
      return false; // even if its whole prompt is in use by others
    }
    PrefixMatch prefix = readsCache ? cache.match(prompt, prompt.length - 1) : PrefixMatch.NONE;
    if (pages > cache.numAvailablePages() + prefix.numUsed()) {
      if (!makeRoom(pages, prefix, running)) {
        return false;
      }
      prefix = readsCache ? cache.match(prompt, prompt.length - 1) : PrefixMatch.NONE;
    }
    group.promptPages = cache.open(prompt.length, prefix);
    admitted.add(group);
    numJoins++;
    if (preempted.remove(group)) {
      overtakeQueue();
      group.resume();
    } else {
      waiting.remove(group.requestId);
      runningGroups.put(group.requestId, group);
      group.listener.onAdmitted(prefix.length());
      counts.addPrompt(prompt.length, readsCache, prefix.length());
    }
    return true;
  }

  /** Counts a preempted group that is admitted before the first one in the queue. */
  private void overtakeQueue() {
    if (!isHeld && !waiting.isEmpty()) {
      waiting.firstEntry().getValue().numOvertaken++;
    }
  }

  private boolean canPreempt() {
    return preempted.hasVictims(runningGroups.values());
  }

  /** Preempts paused groups; returns whether so many pages can be reserved. */
  private boolean makeRoom(long pages, PrefixMatch prefix, List<SequenceDecoding> running) {
    List<GroupDecoding> victims = preempted.victims(pages, prefix, runningGroups.values(), running);
    victims.forEach(victim -> preempt(victim, running));
    return !victims.isEmpty();
  }

  /** Releases the pages of a group, whose samples leave the batch. */
  private void preempt(GroupDecoding group, List<SequenceDecoding> running) {
    for (SequenceDecoding sequence : running) {
      if (sequence.group == group) {
        sequence.releasePages();
        group.suspended.add(sequence);
      }
    }
    running.removeIf(sequence -> sequence.group == group);
    readPauses(running);
    if (admitted.remove(group)) {
      cachePrompt(group);
      release(group);
    }
    joining = group == joining ? null : joining;
    preempted.add(group);
    group.listener.onPreempted();
  }

  /** Adds samples of a group to the batch; returns whether all of them have joined. */
  private boolean join(GroupDecoding group, List<SequenceDecoding> running) {
    while (!group.hasAllJoined() && hasPlace(running)) {
      PageTable pages = openSample(group, running);
      if (pages == null) {
        return false;
      }
      SequenceDecoding sample =
          group.suspended.isEmpty() ? newSamples.next(group) : group.suspended.removeFirst();
      sample.pages = pages;
      running.add(sample);
      numJoins++;
    }
    return group.hasAllJoined();
  }

  /** The pages of a sample, or null if there are too few. */
  private PageTable openSample(GroupDecoding group, List<SequenceDecoding> running) {
    int capacity = group.capacity();
    int promptLength = group.promptLength();
    PageTable pages = cache.openFork(capacity, promptLength);
    boolean mayPreempt = pages == null && !group.isPaused();
    return mayPreempt
            && makeRoom(PagedKvCache.pagesToFork(capacity, promptLength), PrefixMatch.NONE, running)
        ? cache.openFork(capacity, promptLength)
        : pages;
  }

  /**
   * Releases the prompts of groups whose samples have all started in this pass. The other groups
   * keep the hidden state of the last prompt token for the samples that join later.
   */
  void keepPrompts(DecodingPass pass) {
    Iterator<GroupDecoding> groups = admitted.iterator();
    while (groups.hasNext()) {
      GroupDecoding group = groups.next();
      if (!group.isActive || !group.isPromptCached()) {
        continue;
      }
      cachePrompt(group);
      if (group.hasAllJoined()) {
        release(group);
        groups.remove();
      } else if (group.promptHidden == null) {
        group.promptHidden = promptStates.keep(pass.promptHidden(group));
      }
    }
  }

  private static void cachePrompt(GroupDecoding group) {
    if (group.usesPrefixCache) {
      group.promptPages.cachePrefix(group.spec.prompt().tokenIds());
    }
  }

  /** Removes a group from the queue, or releases its prompt; returns null if it has ended. */
  GroupDecoding remove(long requestId) {
    GroupDecoding group = waiting.remove(requestId);
    if (group != null) {
      return group;
    }
    group = runningGroups.get(requestId);
    if (group != null && admitted.remove(group)) {
      joining = group == joining ? null : joining;
      release(group);
    }
    if (group != null) {
      preempted.remove(group);
    }
    return group;
  }

  private void release(GroupDecoding group) {
    group.promptPages.close();
    releaseState(group);
  }

  private void releaseState(GroupDecoding group) {
    if (group.promptHidden != null) {
      promptStates.release(group.promptHidden);
      group.promptHidden = null;
    }
  }

  /** Has the prompts of the admitted groups computed again. */
  void markStale() {
    for (GroupDecoding group : admitted) {
      group.promptPages.markStale();
      releaseState(group);
    }
  }

  /** Paused samples leave their places in the batch to others. */
  void readPauses(List<SequenceDecoding> running) {
    int paused = 0;
    for (SequenceDecoding sequence : running) {
      paused += sequence.group.isPaused() ? 1 : 0;
    }
    numPaused = paused;
  }

  /**
   * Admits groups when no group in the batch has demand: they need not wait for its places.
   *
   * @return whether there were any
   */
  boolean admitInsteadOfPaused(List<SequenceDecoding> running) {
    if (joining == null && next() == null) {
      return false;
    }
    runningGroups.values().forEach(GroupDecoding::pauseUnlessActive);
    readPauses(running);
    return admit(running);
  }

  /**
   * Sets whether groups stay in the queue. Samples of admitted groups join nevertheless, and
   * preempted groups return.
   */
  void hold(boolean hold) {
    isHeld = hold;
  }

  @Override
  public void close() {
    promptStates.close();
  }
}
