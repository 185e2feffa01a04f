package io.troupe.actors.faults.check;

import io.troupe.actors.faults.plan.Scenario;
import io.troupe.actors.faults.work.HashModel;
import io.troupe.actors.faults.work.LearnerModel;
import io.troupe.log.record.LogRecord;
import io.troupe.log.record.LoggedGroup;
import io.troupe.log.record.RecordCodec;
import io.troupe.log.store.LogEntry;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.training.shard.ShardRange;
import io.troupe.training.shard.ShardTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The truth about a simulated run, which no node knows: the committed records, the weights that
 * follow from them, and the leader of each epoch. Each observation is checked against it.
 */
public final class RunHistory {
  private final Scenario scenario;
  private final Checks checks;
  private final Map<Long, String> leaders = new HashMap<>();
  private final List<LogEntry> log = new ArrayList<>();
  private final Map<Long, Long> stepOfGroup = new TreeMap<>();
  private final Map<Long, String> dropped = new TreeMap<>();
  private final List<List<ScoredGroup>> batches = new ArrayList<>();
  private final List<Long> weights = new ArrayList<>();
  private final LearnerModel reference; // trains alone

  /**
   * The history of a run that has not begun.
   *
   * @param reference the model at the start; it is trained on each committed batch
   */
  public RunHistory(Scenario scenario, Checks checks, LearnerModel reference) {
    this.scenario = scenario;
    this.checks = checks;
    this.reference = reference;
    weights.add(reference.weights());
  }

  /** A node acts as the coordinator of an epoch. */
  public void leads(String node, long epoch) {
    String leader = leaders.putIfAbsent(epoch, node);
    checks.require(
        Invariant.ONE_LEADER,
        leader == null || leader.equals(node),
        "epoch %d has two coordinators, %s and %s",
        epoch,
        leader,
        node);
  }

  // ---- the log -------------------------------------------------------------------------------

  /** A node has a record that is committed. */
  public void committed(String node, LogEntry entry) {
    int index = (int) entry.index();
    if (index < log.size()) {
      LogEntry known = log.get(index);
      checks.require(
          Invariant.LOG_PREFIX,
          known.epoch() == entry.epoch()
              && known.type() == entry.type()
              && Arrays.equals(known.payload(), entry.payload()),
          "record %d of %s is %s of epoch %d, but %s of epoch %d was committed",
          index,
          node,
          describe(entry),
          entry.epoch(),
          describe(known),
          known.epoch());
      return;
    }
    checks.require(
        Invariant.LOG_PREFIX,
        index == log.size(),
        "record %d of %s is committed, but record %d is not",
        index,
        node,
        log.size());
    log.add(entry);
    follow(RecordCodec.decode(entry));
  }

  private static String describe(LogEntry entry) {
    return RecordCodec.decode(entry).getClass().getSimpleName();
  }

  /** Number of committed records. */
  public long numRecords() {
    return log.size();
  }

  private void follow(LogRecord record) {
    switch (record) {
      case LogRecord.Batch(long step, var groups) -> batch(step, groups);
      case LogRecord.Dropped drop -> {
        requireOpen(drop.groupId(), "dropped");
        dropped.put(drop.groupId(), drop.reason());
      }
      case LogRecord.Committed(long step, long checksum, int _) ->
          checks.require(
              Invariant.ONE_CONTENT,
              step <= batches.size() && checksum == HashModel.checksum(weights((int) step)),
              "step %d is committed with checksum %016x, which does not follow from the log",
              step,
              checksum);
      case LogRecord.RunStarted _, LogRecord.Epoch _, LogRecord.Checkpointed _ -> {}
    }
  }

  private void batch(long step, List<LoggedGroup> groups) {
    checks.require(
        Invariant.TRAINED_ONCE,
        step == batches.size() + 1 && groups.size() == scenario.groupsPerStep(),
        "the batch of step %d with %d groups follows step %d",
        step,
        groups.size(),
        batches.size());
    List<ScoredGroup> batch = groups.stream().map(LoggedGroup::group).toList();
    batches.add(batch);
    for (ScoredGroup group : batch) {
      long groupId = group.group().spec().groupId();
      requireOpen(groupId, "in the batch of step " + step);
      stepOfGroup.put(groupId, step);
      requireSamples(group.group(), step);
    }
  }

  private void requireOpen(long groupId, String what) {
    checks.require(
        Invariant.TRAINED_ONCE,
        !stepOfGroup.containsKey(groupId) && !dropped.containsKey(groupId),
        "group %d is %s, but was %s",
        groupId,
        what,
        stepOfGroup.containsKey(groupId)
            ? "trained in step " + stepOfGroup.get(groupId)
            : "dropped: " + dropped.get(groupId));
  }

  /** Samples are recent enough, and those of the policy of their version. */
  private void requireSamples(SampledGroup group, long step) {
    GroupSpec spec = group.spec();
    checks.require(
        Invariant.STALENESS,
        group.oldestPolicyVersion() >= step - 1 - scenario.maxStaleness(),
        "step %d trains group %d with tokens of version %d",
        step,
        spec.groupId(),
        group.oldestPolicyVersion());
    for (Completion completion : group.completions()) {
      for (int i = 0; i < completion.tokenIds().length; i++) {
        int version = (int) completion.policyVersions()[i];
        int expected =
            version < step
                ? HashModel.token(spec, completion.sampleIndex(), i, weights(version))
                : -1;
        checks.require(
            Invariant.ONE_CONTENT,
            completion.tokenIds()[i] == expected,
            "token %d of sample %d of group %d is not that of weights version %d",
            i,
            completion.sampleIndex(),
            spec.groupId(),
            version);
      }
    }
  }

  // ---- weights -------------------------------------------------------------------------------

  /** The weights of a version, which follow from the batches before it. */
  public long weights(int version) {
    while (weights.size() <= version) {
      train(batches.get(weights.size() - 1));
      weights.add(reference.weights());
    }
    return weights.get(version);
  }

  private void train(List<ScoredGroup> batch) {
    reference.begin(batch);
    for (int i = 0; i < scenario.numIterations(); i++) {
      ShardRange root = new ShardTree(scenario.gradientShards()).root();
      int numParts = reference.numParts(root);
      for (int part = 0; part < numParts; part++) {
        reference.gradient(root, part);
      }
      reference.update();
    }
    reference.finish();
  }

  /** A node has weights of a version. */
  public void has(String node, long version, long content) {
    checks.require(
        Invariant.ONE_CONTENT,
        version <= batches.size() && content == weights((int) version),
        "version %d of the weights of %s does not follow from the log",
        version,
        node);
  }

  /** A learner has trained a step. */
  public void trained(String node, long step, List<ScoredGroup> groups, long content) {
    checks.require(
        Invariant.TRAINED_ONCE,
        step <= batches.size() && digest(groups) == digest(batches.get((int) step - 1)),
        "%s trained step %d on other groups than those of the log",
        node,
        step);
    has(node, step, content);
  }

  private static long digest(List<ScoredGroup> groups) {
    long digest = groups.size();
    for (ScoredGroup group : groups) {
      digest = digest * 31 + HashModel.digest(group);
    }
    return digest;
  }

  // ---- the end -------------------------------------------------------------------------------

  /** Number of committed batches. */
  public int numBatches() {
    return batches.size();
  }

  /** Number of groups in committed batches. */
  public long groupsTrained() {
    return stepOfGroup.size();
  }

  /** Reasons of the groups that were dropped. */
  public Map<Long, String> dropped() {
    return Map.copyOf(dropped);
  }

  /** All groups up to the last one that was trained. */
  public List<ScoredGroup> trainedGroups() {
    return batches.stream().flatMap(List::stream).toList();
  }

  /** Checks that the run is complete: each group is trained or dropped. */
  public void requireComplete() {
    checks.require(
        Invariant.COMPLETION,
        batches.size() == scenario.steps(),
        "%d of %d steps are trained",
        batches.size(),
        scenario.steps());
    long last = -1;
    for (long groupId : stepOfGroup.keySet()) {
      last = Math.max(last, groupId);
    }
    for (long id = 0; id <= last; id++) {
      checks.require(
          Invariant.TRAINED_ONCE,
          stepOfGroup.containsKey(id) || dropped.containsKey(id),
          "group %d is neither trained nor dropped",
          id);
    }
  }
}
