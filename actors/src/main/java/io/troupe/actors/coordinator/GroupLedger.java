package io.troupe.actors.coordinator;

import io.troupe.actors.coordinator.OpenGroup.Stage;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Tracks the stage of each group, from its issue until it is trained once or dropped with a reason.
 *
 * <p>At most {@code groups-per-step * max-staleness} groups are open in addition to those of the
 * step that the learner requests or trains. Groups are processed in the order of their ids, so with
 * {@code max-staleness} 0 the result does not depend on timing. Not thread-safe.
 */
final class GroupLedger {
  private final LedgerLimits limits;
  private final LongFunction<GroupSpec> specs;
  private final TreeMap<Long, OpenGroup> open = new TreeMap<>();
  private final Map<String, Long> dropped = new TreeMap<>();
  private final Map<String, Long> unscorable = new TreeMap<>();
  private long policyVersion;
  private long nextGroupId;
  private long groupsTrained;
  private long samplesTrained;
  private long tokensGenerated;
  private int droppedInARow;

  /**
   * A ledger that continues from a state.
   *
   * @param specs creates the group of an id
   */
  GroupLedger(LedgerLimits limits, LongFunction<GroupSpec> specs, Ledger state) {
    this.limits = limits;
    this.specs = specs;
    policyVersion = state.policyVersion();
    nextGroupId = state.nextGroupId();
    groupsTrained = state.groupsTrained();
    samplesTrained = state.samplesTrained();
    tokensGenerated = state.tokensGenerated();
    dropped.putAll(state.groupsDroppedByReason());
    unscorable.putAll(state.samplesUnscorableByReason());
    state.issued().forEach(spec -> put(new OpenGroup(spec, 0, new Stage.Waiting())));
    state.sampled().forEach(g -> put(new OpenGroup(g.spec(), 1, new Stage.Scoring(g))));
    state.scored().forEach(g -> put(new OpenGroup(g.group().spec(), 1, new Stage.Scored(g))));
  }

  private void put(OpenGroup group) {
    open.put(group.spec().groupId(), group);
  }

  long policyVersion() {
    return policyVersion;
  }

  /** The oldest version of the weights that new samples may come from. */
  long oldestUsefulVersion() {
    return policyVersion - limits.maxStaleness();
  }

  /** Groups dropped since a step was trained. */
  int droppedInARow() {
    return droppedInARow;
  }

  /**
   * Issues groups up to the limit.
   *
   * @param asked whether the learner waits for a batch
   */
  void issue(boolean asked) {
    int ahead = limits.groupsPerStep() * (limits.maxStaleness() + (asked ? 1 : 0));
    long left = (limits.steps() - policyVersion) * limits.groupsPerStep();
    long training = count(Stage.Training.class);
    while (open.size() - training < ahead && open.size() < left) {
      put(new OpenGroup(specs.apply(nextGroupId), 0, new Stage.Waiting()));
      nextGroupId++;
    }
  }

  /** The first group that is not assigned to a rollout actor. */
  Optional<GroupSpec> firstWaiting() {
    return open.values().stream()
        .filter(group -> group.stage() instanceof Stage.Waiting)
        .map(OpenGroup::spec)
        .findFirst();
  }

  /** Assigns a group to a rollout actor. */
  void give(long groupId, int workerId) {
    put(require(groupId, Stage.Waiting.class).givenTo(workerId));
  }

  /** The groups of a rollout actor, in order. */
  List<Long> decodedBy(int workerId) {
    return open.values().stream()
        .filter(group -> group.stage().equals(new Stage.Decoding(workerId)))
        .map(group -> group.spec().groupId())
        .toList();
  }

  /** Whether a rollout actor decodes this group. */
  boolean isDecodedBy(long groupId, int workerId) {
    OpenGroup group = open.get(groupId);
    return group != null && group.stage().equals(new Stage.Decoding(workerId));
  }

  /** Releases the groups of a rollout actor that failed. */
  void takeBack(int workerId) {
    for (long groupId : decodedBy(workerId)) {
      OpenGroup group = open.get(groupId);
      if (group.attempts() < limits.maxAttempts()) {
        put(group.at(new Stage.Waiting()));
      } else {
        drop(groupId, DropReason.ROLLOUT_FAILED);
      }
    }
  }

  /** Adds the samples of a group, which is scored next. */
  void sampled(SampledGroup group) {
    put(require(group.spec().groupId(), Stage.Decoding.class).at(new Stage.Scoring(group)));
    for (Completion completion : group.completions()) {
      tokensGenerated += completion.tokenIds().length;
    }
  }

  /** Groups in scoring; a run that is resumed scores them again. */
  List<SampledGroup> beingScored() {
    return stages(Stage.Scoring.class).stream().map(Stage.Scoring::group).toList();
  }

  /** Adds the scores of a group, which then waits for the learner, unless it is dropped. */
  void scored(ScoredGroup group) {
    long groupId = group.group().spec().groupId();
    put(require(groupId, Stage.Scoring.class).at(new Stage.Scored(group)));
    int numScored = 0;
    for (Score score : group.scores()) {
      switch (score) {
        case Score.Scored _ -> numScored++;
        case Score.Unscorable(String reason) -> unscorable.merge(reason, 1L, Long::sum);
      }
    }
    if (numScored == 0) {
      drop(groupId, DropReason.UNSCORABLE);
    } else if (isStale(group)) {
      drop(groupId, DropReason.STALE);
    }
  }

  private boolean isStale(ScoredGroup group) {
    long oldest = group.group().oldestPolicyVersion();
    return oldest >= 0 && oldest < oldestUsefulVersion();
  }

  /** The groups of the next step, in order of their ids; empty if there are too few. */
  Optional<List<ScoredGroup>> takeBatch() {
    List<Stage.Scored> scored = stages(Stage.Scored.class);
    if (scored.size() < limits.groupsPerStep()) {
      return Optional.empty();
    }
    List<ScoredGroup> batch =
        scored.stream().limit(limits.groupsPerStep()).map(Stage.Scored::group).toList();
    for (ScoredGroup group : batch) {
      put(open.get(group.group().spec().groupId()).at(new Stage.Training(group)));
    }
    return Optional.of(batch);
  }

  /** Commits a trained batch and the version of the policy after it. */
  void trained(long newPolicyVersion, Collection<Long> groupIds, int newSamplesTrained) {
    for (long groupId : groupIds) {
      require(groupId, Stage.Training.class);
      open.remove(groupId);
    }
    groupsTrained += groupIds.size();
    samplesTrained += newSamplesTrained;
    policyVersion = newPolicyVersion;
    droppedInARow = 0;
    for (Stage.Scored waiting : stages(Stage.Scored.class)) {
      if (isStale(waiting.group())) {
        drop(waiting.group().group().spec().groupId(), DropReason.STALE);
      }
    }
  }

  private void drop(long groupId, DropReason reason) {
    open.remove(groupId);
    dropped.merge(reason.label(), 1L, Long::sum);
    droppedInARow++;
  }

  private OpenGroup require(long groupId, Class<? extends Stage> stage) {
    OpenGroup group = open.get(groupId);
    if (group == null || !stage.isInstance(group.stage())) {
      throw new IllegalStateException(
          "group %d is %s, not %s"
              .formatted(
                  groupId,
                  group == null ? "not open" : name(group.stage().getClass()),
                  name(stage)));
    }
    return group;
  }

  private static String name(Class<?> stage) {
    return stage.getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  private <S extends Stage> List<S> stages(Class<S> stage) {
    List<S> found = new ArrayList<>();
    for (OpenGroup group : open.values()) {
      if (stage.isInstance(group.stage())) {
        found.add(stage.cast(group.stage()));
      }
    }
    return found;
  }

  private long count(Class<? extends Stage> stage) {
    return stages(stage).size();
  }

  /** The stages of the open groups, for the message of a passed deadline. */
  String describe() {
    return "%d groups wait for a rollout actor, %d are decoded, %d are being scored, %d are scored"
        .formatted(
            count(Stage.Waiting.class),
            count(Stage.Decoding.class),
            count(Stage.Scoring.class),
            count(Stage.Scored.class));
  }

  /** Groups dropped so far, by reason. */
  Map<String, Long> groupsDropped() {
    return Map.copyOf(dropped);
  }

  /** The ledger between two steps. */
  Ledger state(long rolloutRestarts) {
    List<GroupSpec> issued = new ArrayList<>();
    List<SampledGroup> sampled = new ArrayList<>();
    List<ScoredGroup> scored = new ArrayList<>();
    for (OpenGroup group : open.values()) {
      switch (group.stage()) {
        case Stage.Waiting _, Stage.Decoding _ -> issued.add(group.spec());
        case Stage.Scoring(SampledGroup samples) -> sampled.add(samples);
        case Stage.Scored(ScoredGroup scores) -> scored.add(scores);
        case Stage.Training(ScoredGroup scores) -> scored.add(scores);
      }
    }
    return new Ledger(
        policyVersion,
        nextGroupId,
        groupsTrained,
        dropped,
        samplesTrained,
        unscorable,
        tokensGenerated,
        rolloutRestarts,
        issued,
        sampled,
        scored);
  }
}
