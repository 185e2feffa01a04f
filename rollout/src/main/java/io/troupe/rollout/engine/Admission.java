package io.troupe.rollout.engine;

import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.kvcache.PrefixMatch;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Scope;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The groups that have not joined the batch completely: the queue, and behind it the admitted
 * groups, whose prompts are cached until each of their samples has joined.
 *
 * <p>Samples join in the order in which groups were submitted, when a place in the batch and the
 * pages of their maximum length are free. While a group waits for pages, later groups that fit with
 * all their samples may overtake it, a bounded number of times: then pages become free until it
 * fits. At most one group has some of its samples in the batch, so groups cannot hold the pages
 * that the others need.
 */
final class Admission implements AutoCloseable {
  /** Maximum number of groups that overtake one group. */
  static final int MAX_OVERTAKING = 64;

  /** Maximum number of groups that are considered behind one that waits for pages. */
  private static final int LOOK_AHEAD = 16;

  private final PagedKvCache cache;
  private final TokenCounts counts;
  private final DecodingLimits limits;
  private final Tokenizer tokenizer;
  private final int vocabSize;
  private final Scope promptStates;
  private final SequencedMap<Long, GroupDecoding> waiting = new LinkedHashMap<>(); // by request id
  private final Map<Long, GroupDecoding> runningGroups = new LinkedHashMap<>(); // by request id
  private final List<GroupDecoding> admitted = new ArrayList<>();
  private GroupDecoding joining; // the admitted group of which some samples have not joined
  private boolean isHeld;
  private int numPaused; // samples

  Admission(
      PagedKvCache cache,
      TokenCounts counts,
      DecodingLimits limits,
      Tokenizer tokenizer,
      int vocabSize,
      Scope promptStates) {
    this.cache = cache;
    this.counts = counts;
    this.limits = limits;
    this.tokenizer = tokenizer;
    this.vocabSize = vocabSize;
    this.promptStates = promptStates;
  }

  void add(GroupDecoding group) {
    waiting.put(group.requestId, group);
  }

  int numWaiting() {
    return waiting.size();
  }

  /** Groups that have been admitted and have not ended. */
  int numRunning() {
    return runningGroups.size();
  }

  /** The request ids of these groups. */
  List<Long> runningIds() {
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

  /** Adds samples to the batch while there are places and pages for them. */
  void admit(List<SequenceDecoding> running) {
    if (joining != null && !join(joining, running)) {
      overtake(running);
      return;
    }
    joining = null;
    while (!isHeld && !waiting.isEmpty() && hasPlace(running)) {
      GroupDecoding group = waiting.firstEntry().getValue();
      if (!open(group, 1)) {
        overtake(running);
        return;
      }
      waiting.remove(group.requestId);
      admitted.add(group);
      if (!join(group, running)) {
        joining = group;
        return;
      }
    }
  }

  private boolean hasPlace(List<SequenceDecoding> running) {
    return places(running) > 0;
  }

  /** Places in the batch for more samples; paused samples need none. */
  private int places(List<SequenceDecoding> running) {
    return limits.maxBatchSequences() - (running.size() - numPaused);
  }

  /** Admits groups behind the first one that waits. */
  private void overtake(List<SequenceDecoding> running) {
    GroupDecoding first = joining != null ? joining : waiting.firstEntry().getValue();
    Iterator<GroupDecoding> behind = waiting.values().iterator();
    for (int i = 0; i < LOOK_AHEAD && !isHeld && behind.hasNext(); i++) {
      GroupDecoding group = behind.next();
      int samples = group.spec.numGenerations();
      boolean mayJoin = group != first && first.numOvertaken < MAX_OVERTAKING;
      if (mayJoin && samples <= places(running) && open(group, samples)) {
        behind.remove();
        admitted.add(group);
        join(group, running);
        first.numOvertaken++;
      }
    }
  }

  /** Opens the prompt of a group if there are pages for it and for some of its samples. */
  private boolean open(GroupDecoding group, int samples) {
    int[] prompt = group.spec.prompt().tokenIds();
    boolean readsCache = group.usesPrefixCache && !group.scoresPrompt();
    long pages =
        PagedKvCache.pagesFor(prompt.length)
            + (group.isPromptOnly() ? 0L : samples)
                * PagedKvCache.pagesToFork(group.capacity(), prompt.length);
    long missing = pages - cache.numAvailablePages();
    if (missing > (readsCache ? PagedKvCache.pagesFor(prompt.length) : 0)) {
      return false; // even if its whole prompt is in use by others
    }
    PrefixMatch prefix = readsCache ? cache.match(prompt, prompt.length - 1) : PrefixMatch.NONE;
    if (missing > prefix.numUsed()) {
      return false;
    }
    group.promptPages = cache.open(prompt.length, prefix);
    runningGroups.put(group.requestId, group);
    group.listener.onAdmitted(prefix.length());
    counts.addPrompt(prompt.length, readsCache, prefix.length());
    return true;
  }

  /** Adds samples of a group to the batch; returns whether all of them have joined. */
  private boolean join(GroupDecoding group, List<SequenceDecoding> running) {
    while (!group.hasAllJoined() && hasPlace(running)) {
      PageTable pages = cache.openFork(group.capacity(), group.promptLength());
      if (pages == null) {
        return false;
      }
      AllowedTokens allowed =
          group.constraint.map(start -> new AllowedTokens(start.get(), vocabSize)).orElse(null);
      running.add(
          new SequenceDecoding(group, group.numJoined++, pages, textStream(group), allowed));
    }
    return group.hasAllJoined();
  }

  /** Detokenizes while tokens are sampled; null if the text is needed at the end only. */
  private TextStream textStream(GroupDecoding group) {
    boolean needsText = group.listener.wantsTokens() || !group.config.stopStrings().isEmpty();
    return needsText
        ? new TextStream(
            tokenizer.incremental(group.spec.prompt().tokenIds(), group.listener.specialTokens()),
            group.config.stopStrings())
        : null;
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
      if (group.usesPrefixCache) {
        group.promptPages.cachePrefix(group.spec.prompt().tokenIds());
      }
      if (group.hasAllJoined()) {
        release(group);
        groups.remove();
      } else if (group.promptHidden == null) {
        group.promptHidden = promptStates.keep(pass.promptHidden(group));
      }
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

  /** Sets the number of samples in the batch that leave their places to others. */
  void setNumPaused(int samples) {
    numPaused = samples;
  }

  /** Sets whether groups stay in the queue. Samples of admitted groups join nevertheless. */
  void hold(boolean hold) {
    isHeld = hold;
  }

  @Override
  public void close() {
    promptStates.close();
  }
}
