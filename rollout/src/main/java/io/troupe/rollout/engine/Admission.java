package io.troupe.rollout.engine;

import io.troupe.rollout.kvcache.PageTable;
import io.troupe.rollout.kvcache.PagedKvCache;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The groups that have not joined the batch completely: the queue, and behind it the admitted
 * groups, whose prompts are cached until each of their samples has joined.
 *
 * <p>Samples join in the order in which groups were submitted, when a place in the batch and the
 * pages of their maximum length are free.
 */
final class Admission implements AutoCloseable {
  private final PagedKvCache cache;
  private final DecodingLimits limits;
  private final Tokenizer tokenizer;
  private final Scope promptStates;
  private final ArrayDeque<GroupDecoding> waiting = new ArrayDeque<>();
  private final List<GroupDecoding> admitted = new ArrayList<>();

  Admission(PagedKvCache cache, DecodingLimits limits, Tokenizer tokenizer, Scope promptStates) {
    this.cache = cache;
    this.limits = limits;
    this.tokenizer = tokenizer;
    this.promptStates = promptStates;
  }

  void add(GroupDecoding group) {
    waiting.add(group);
  }

  int numWaiting() {
    return waiting.size();
  }

  boolean hasRoom() {
    return waiting.size() < limits.maxWaitingGroups();
  }

  /** Groups whose prompt is cached or being read. */
  List<GroupDecoding> admitted() {
    return admitted;
  }

  boolean contains(long requestId) {
    return waiting.stream().anyMatch(group -> group.requestId == requestId)
        || admitted.stream().anyMatch(group -> group.requestId == requestId);
  }

  /** Adds samples to the batch while there are places and pages for them. */
  void admit(List<SequenceDecoding> running) {
    if (!admitted.isEmpty() && !join(admitted.getLast(), running)) {
      return;
    }
    while (!waiting.isEmpty() && running.size() < limits.maxBatchSequences()) {
      GroupDecoding group = waiting.peek();
      if (cache.numAvailablePages() < pagesForOneSample(group)) {
        return;
      }
      group.promptPages = cache.open(group.promptLength());
      admitted.add(waiting.remove());
      if (!join(group, running)) {
        return;
      }
    }
  }

  private static int pagesForOneSample(GroupDecoding group) {
    return PagedKvCache.pagesFor(group.promptLength())
        + PagedKvCache.pagesToFork(group.capacity(), group.promptLength());
  }

  /** Adds samples of a group to the batch; returns whether all of them have joined. */
  private boolean join(GroupDecoding group, List<SequenceDecoding> running) {
    while (!group.hasAllJoined() && running.size() < limits.maxBatchSequences()) {
      PageTable pages = cache.openFork(group.capacity(), group.promptLength());
      if (pages == null) {
        return false;
      }
      running.add(new SequenceDecoding(group, group.numJoined++, pages, textStream(group)));
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
      if (group.hasAllJoined()) {
        release(group);
        groups.remove();
      } else if (group.promptHidden == null) {
        group.promptHidden = promptStates.keep(pass.promptHidden(group));
      }
    }
  }

  /** Removes a group and releases its prompt; returns null if it is not here. */
  GroupDecoding remove(long requestId) {
    for (GroupDecoding group : waiting) {
      if (group.requestId == requestId) {
        waiting.remove(group);
        return group;
      }
    }
    for (GroupDecoding group : admitted) {
      if (group.requestId == requestId) {
        admitted.remove(group);
        release(group);
        return group;
      }
    }
    return null;
  }

  private void release(GroupDecoding group) {
    group.promptPages.close();
    if (group.promptHidden != null) {
      promptStates.release(group.promptHidden);
      group.promptHidden = null;
    }
  }

  @Override
  public void close() {
    promptStates.close();
  }
}
