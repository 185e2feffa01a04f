package io.troupe.actors.ledger;

import io.troupe.actors.ledger.OpenGroup.Stage;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * Tracks the stage of each group, from its issue until it is trained once or dropped with a reason.
 * It has ids and digests; its owner has the content.
 *
 * <p>At most {@code groups-per-step * max-staleness} groups are open in addition to those of the
 * step that the learner requests or trains. Groups are processed in the order of their ids, so with
 * {@code max-staleness} 0 the result does not depend on timing. Each event costs the logarithm of
 * the number of open groups at most. Not thread-safe.
 */
public final class DigestLedger {
  private final LedgerLimits limits;
  private final BiConsumer<Long, DropReason> onDropped;
  private final TreeMap<Long, OpenGroup> open = new TreeMap<>();
  private final TreeSet<Long> waiting = new TreeSet<>();
  private final Map<Integer, TreeSet<Long>> decoding = new HashMap<>();
  private final TreeSet<Long> scored = new TreeSet<>();
  private int numDecoding;
  private int numScoring;
  private int numTraining;
  private final Map<String, Long> dropped = new TreeMap<>();
  private final Map<String, Long> unscorable = new TreeMap<>();
  private long policyVersion;
  private long nextGroupId;
  private long groupsTrained;
  private long samplesTrained;
  private long tokensGenerated;
  private int droppedInARow;

  /**
   * A ledger without open groups, which continues from counts.
   *
   * @param onDropped is called with each group that is dropped and the reason
   */
  public DigestLedger(
      LedgerLimits limits, LedgerStart start, BiConsumer<Long, DropReason> onDropped) {
    this.limits = limits;
    this.onDropped = onDropped;
    policyVersion = start.policyVersion();
    nextGroupId = start.nextGroupId();
    groupsTrained = start.groupsTrained();
    samplesTrained = start.samplesTrained();
    tokensGenerated = start.tokensGenerated();
    dropped.putAll(start.dropped());
    unscorable.putAll(start.unscorable());
  }

  // ---- groups that are open at the start -----------------------------------------------------

  /** Adds an open group without samples. */
  public void addWaiting(long groupId) {
    enter(new OpenGroup(groupId, new Stage.Waiting()));
  }

  /** Adds an open group that is being scored. */
  public void addScoring(long groupId) {
    enter(new OpenGroup(groupId, new Stage.Scoring()));
  }

  /** Adds an open group that waits for the learner. */
  public void addScored(GroupDigest digest) {
    enter(new OpenGroup(digest.groupId(), new Stage.Scored(digest)));
  }

  /** Adds an open group that the learner trains on. */
  public void addTraining(long groupId) {
    enter(new OpenGroup(groupId, new Stage.Training()));
  }

  // ---- counts --------------------------------------------------------------------------------

  /** Number of training steps completed. */
  public long policyVersion() {
    return policyVersion;
  }

  /** The oldest version of the weights that new samples may come from. */
  public long oldestUsefulVersion() {
    return policyVersion - limits.maxStaleness();
  }

  /** Id of the next group that is issued. */
  public long nextGroupId() {
    return nextGroupId;
  }

  /** Groups dropped since a step was trained. */
  public int droppedInARow() {
    return droppedInARow;
  }

  /** Groups trained. */
  public long groupsTrained() {
    return groupsTrained;
  }

  /** Completions in trained groups that had a score. */
  public long samplesTrained() {
    return samplesTrained;
  }

  /** Tokens of all samples that were returned. */
  public long tokensGenerated() {
    return tokensGenerated;
  }

  /** Groups dropped so far, by reason. */
  public Map<String, Long> groupsDropped() {
    return Map.copyOf(dropped);
  }

  /** Completions without a score, by reason. */
  public Map<String, Long> samplesUnscorable() {
    return Map.copyOf(unscorable);
  }

  /** The ids of all open groups, in order. */
  public List<Long> openIds() {
    return List.copyOf(open.keySet());
  }

  /** Whether the learner trains on groups. */
  public boolean isTraining() {
    return numTraining > 0;
  }

  /** The stages of the open groups, for the message of a passed deadline. */
  public String describe() {
    return "%d groups wait for a rollout actor, %d are decoded, %d are being scored, %d are scored"
        .formatted(waiting.size(), numDecoding, numScoring, scored.size());
  }

  // ---- sampling ------------------------------------------------------------------------------

  /**
   * Issues groups up to the limit.
   *
   * @param asked whether the learner waits for a batch
   */
  public void issue(boolean asked) {
    int ahead = limits.groupsPerStep() * (limits.maxStaleness() + (asked ? 1 : 0));
    long left = (limits.steps() - policyVersion) * limits.groupsPerStep();
    while (open.size() - numTraining < ahead && open.size() < left) {
      addWaiting(nextGroupId);
      nextGroupId++;
    }
  }

  /** The first group that is not assigned to a worker. */
  public OptionalLong firstWaiting() {
    return waiting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(waiting.first());
  }

  /** Whether a group is not assigned to a worker. */
  public boolean isWaiting(long groupId) {
    return waiting.contains(groupId);
  }

  /** Whether a group is issued, and neither trained nor dropped. */
  public boolean isOpen(long groupId) {
    return open.containsKey(groupId);
  }

  /** Whether a group has scores, or is in training. */
  public boolean isScored(long groupId) {
    OpenGroup group = open.get(groupId);
    return group != null
        && (group.stage instanceof Stage.Scored || group.stage instanceof Stage.Training);
  }

  /** Whether a group is being scored. */
  public boolean isBeingScored(long groupId) {
    OpenGroup group = open.get(groupId);
    return group != null && group.stage instanceof Stage.Scoring;
  }

  /**
   * Assigns a group to a worker.
   *
   * @return the number of workers that it was assigned to before
   */
  public int give(long groupId, int workerId) {
    OpenGroup group = require(groupId, Stage.Waiting.class);
    move(group, new Stage.Decoding(workerId));
    return group.assignments++;
  }

  /** The groups of a worker, in order. */
  public List<Long> decodedBy(int workerId) {
    TreeSet<Long> groups = decoding.get(workerId);
    return groups == null ? List.of() : List.copyOf(groups);
  }

  /** The number of groups of a worker. */
  public int numDecodedBy(int workerId) {
    TreeSet<Long> groups = decoding.get(workerId);
    return groups == null ? 0 : groups.size();
  }

  /** Whether a worker decodes this group. */
  public boolean isDecodedBy(long groupId, int workerId) {
    TreeSet<Long> groups = decoding.get(workerId);
    return groups != null && groups.contains(groupId);
  }

  /** Takes a group from its worker, or from scoring, without blame: it is assigned again. */
  public void release(long groupId) {
    OpenGroup group = require(groupId, Stage.class);
    if (group.stage instanceof Stage.Scored || group.stage instanceof Stage.Training) {
      throw unexpected(groupId, group, "without scores");
    }
    move(group, new Stage.Waiting());
  }

  /** Takes a group from a worker that failed with it: it is assigned again, or dropped. */
  public void failed(long groupId) {
    OpenGroup group = require(groupId, Stage.Decoding.class);
    group.failures++;
    if (group.failures < limits.maxAttempts()) {
      move(group, new Stage.Waiting());
    } else {
      drop(group, DropReason.ROLLOUT_FAILED);
    }
  }

  /** A group is sampled, and is scored next. */
  public void sampled(long groupId) {
    move(require(groupId, Stage.Decoding.class), new Stage.Scoring());
  }

  /** Samples of a group have appeared at a node that it was taken from; they are scored next. */
  public void found(long groupId) {
    move(require(groupId, Stage.Waiting.class), new Stage.Scoring());
  }

  /** Adds tokens of samples that were returned. */
  public void countTokens(long numTokens) {
    tokensGenerated += numTokens;
  }

  /** A group has scores. It waits for the learner, unless it is dropped. */
  public void scored(GroupDigest digest) {
    OpenGroup group = require(digest.groupId(), Stage.Scoring.class);
    move(group, new Stage.Scored(digest));
    digest.unscorable().forEach((reason, n) -> unscorable.merge(reason, n, Long::sum));
    if (digest.numScored() == 0) {
      drop(group, DropReason.UNSCORABLE);
    } else if (isStale(digest)) {
      drop(group, DropReason.STALE);
    }
  }

  private boolean isStale(GroupDigest digest) {
    return digest.oldestVersion() >= 0 && digest.oldestVersion() < oldestUsefulVersion();
  }

  // ---- training ------------------------------------------------------------------------------

  /** The groups of the next step, in order of their ids; empty if there are too few. */
  public Optional<List<Long>> takeBatch() {
    if (scored.size() < limits.groupsPerStep()) {
      return Optional.empty();
    }
    List<Long> batch = scored.stream().limit(limits.groupsPerStep()).toList();
    batch.forEach(groupId -> move(open.get(groupId), new Stage.Training()));
    return Optional.of(batch);
  }

  /** Commits a trained batch and the version of the policy after it. */
  public void trained(long newPolicyVersion, Collection<Long> groupIds, long newSamplesTrained) {
    for (long groupId : groupIds) {
      remove(require(groupId, Stage.Training.class));
    }
    groupsTrained += groupIds.size();
    samplesTrained += newSamplesTrained;
    policyVersion = newPolicyVersion;
    droppedInARow = 0;
    for (long groupId : List.copyOf(scored)) {
      OpenGroup group = open.get(groupId);
      if (group.stage instanceof Stage.Scored(GroupDigest digest) && isStale(digest)) {
        drop(group, DropReason.STALE);
      }
    }
  }

  private void drop(OpenGroup group, DropReason reason) {
    remove(group);
    dropped.merge(reason.label(), 1L, Long::sum);
    droppedInARow++;
    onDropped.accept(group.groupId, reason);
  }

  // ---- stages --------------------------------------------------------------------------------

  private void enter(OpenGroup group) {
    open.put(group.groupId, group);
    add(group);
  }

  private void move(OpenGroup group, Stage stage) {
    take(group);
    group.stage = stage;
    add(group);
  }

  private void remove(OpenGroup group) {
    take(group);
    open.remove(group.groupId);
  }

  private void add(OpenGroup group) {
    switch (group.stage) {
      case Stage.Waiting _ -> waiting.add(group.groupId);
      case Stage.Decoding(int worker) -> {
        decoding.computeIfAbsent(worker, _ -> new TreeSet<>()).add(group.groupId);
        numDecoding++;
      }
      case Stage.Scoring _ -> numScoring++;
      case Stage.Scored _ -> scored.add(group.groupId);
      case Stage.Training _ -> numTraining++;
    }
  }

  private void take(OpenGroup group) {
    switch (group.stage) {
      case Stage.Waiting _ -> waiting.remove(group.groupId);
      case Stage.Decoding(int worker) -> {
        TreeSet<Long> groups = decoding.get(worker);
        groups.remove(group.groupId);
        if (groups.isEmpty()) {
          decoding.remove(worker);
        }
        numDecoding--;
      }
      case Stage.Scoring _ -> numScoring--;
      case Stage.Scored _ -> scored.remove(group.groupId);
      case Stage.Training _ -> numTraining--;
    }
  }

  private <S extends Stage> OpenGroup require(long groupId, Class<S> stage) {
    OpenGroup group = open.get(groupId);
    if (group == null || !stage.isInstance(group.stage)) {
      throw unexpected(groupId, group, name(stage));
    }
    return group;
  }

  private static IllegalStateException unexpected(long groupId, OpenGroup group, String expected) {
    return new IllegalStateException(
        "group %d is %s, not %s"
            .formatted(
                groupId, group == null ? "not open" : name(group.stage.getClass()), expected));
  }

  private static String name(Class<?> stage) {
    return stage.getSimpleName().toLowerCase(Locale.ROOT);
  }
}
