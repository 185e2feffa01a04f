package io.troupe.actors.cluster.reward;

import io.troupe.actors.cluster.protocol.BulkMessage.Sampled;
import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.HeldGroup;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A group on a reward node. */
final class RewardGroup {
  private Sampled sampled;
  private final List<Score> scores = new ArrayList<>();
  private boolean isReceived;

  /** The scoring of the samples without a score; null before and after it. */
  ScoringWork.Scoring scoring;

  /** When scoring of the next sample began. */
  long startedNs;

  /** The deadline of that sample. */
  Environment.Timer deadline = () -> {};

  RewardGroup(Sampled sampled) {
    this.sampled = sampled;
  }

  long groupId() {
    return sampled.group().spec().groupId();
  }

  SampledGroup samples() {
    return sampled.group();
  }

  NodeId sampledBy() {
    return sampled.sampledBy();
  }

  /** Index of the first sample without a score. */
  int nextSample() {
    return scores.size();
  }

  boolean isScored() {
    return scores.size() == samples().completions().size();
  }

  /** Whether the coordinator still needs the scores. */
  boolean needsTransfer() {
    return isScored() && !isReceived;
  }

  /** Whether an assignment is older than that of these samples. */
  boolean isNewerThan(long epoch, int attempt) {
    return sampled.epoch() != epoch ? sampled.epoch() > epoch : sampled.attempt() > attempt;
  }

  boolean isOf(long epoch, int attempt) {
    return sampled.epoch() == epoch && sampled.attempt() == attempt;
  }

  /** Whether other samples have the same tokens under the same versions. */
  boolean hasSameSamples(Sampled other) {
    List<Completion> mine = samples().completions();
    List<Completion> theirs = other.group().completions();
    for (int i = 0; i < mine.size(); i++) {
      if (theirs.size() != mine.size()
          || !Arrays.equals(mine.get(i).tokenIds(), theirs.get(i).tokenIds())
          || !Arrays.equals(mine.get(i).policyVersions(), theirs.get(i).policyVersions())) {
        return false;
      }
    }
    return true;
  }

  /** Continues with the same samples under a newer assignment. */
  void reassign(Sampled other) {
    isReceived &= isOf(other.epoch(), other.attempt());
    sampled = other;
  }

  void addScore(Score score) {
    scores.add(score);
  }

  void received() {
    isReceived = true;
  }

  /** A new coordinator needs the scores. */
  void sendAgain() {
    isReceived = false;
  }

  Scored result(NodeId scoredBy) {
    return new Scored(
        sampled.epoch(),
        sampled.attempt(),
        new ScoredGroup(samples(), scores),
        sampledBy(),
        scoredBy);
  }

  HeldGroup held() {
    return new HeldGroup(groupId(), sampled.attempt(), isScored());
  }

  long epoch() {
    return sampled.epoch();
  }

  int attempt() {
    return sampled.attempt();
  }
}
