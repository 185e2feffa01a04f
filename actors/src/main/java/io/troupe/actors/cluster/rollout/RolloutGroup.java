package io.troupe.actors.cluster.rollout;

import io.troupe.actors.cluster.protocol.ControlMessage.Assign;
import io.troupe.actors.cluster.protocol.HeldGroup;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.protocols.sample.SampledGroup;

/** A group that is assigned to a rollout node. */
final class RolloutGroup {
  private Assign assignment;
  private boolean isDecoding;
  private SampledGroup samples; // null until it is decoded
  private boolean isReceived;

  RolloutGroup(Assign assignment) {
    this.assignment = assignment;
  }

  long groupId() {
    return assignment.groupId();
  }

  long epoch() {
    return assignment.epoch();
  }

  int attempt() {
    return assignment.attempt();
  }

  NodeId reward() {
    return assignment.reward();
  }

  boolean isWaiting() {
    return !isDecoding && samples == null;
  }

  boolean isSampled() {
    return samples != null;
  }

  SampledGroup samples() {
    return samples;
  }

  /** Whether the reward node still needs the samples. */
  boolean needsTransfer() {
    return isSampled() && !isReceived;
  }

  /** Whether weights of this version may sample it. */
  boolean allows(long version) {
    return version >= assignment.minVersion();
  }

  /** Whether an assignment or a revocation is older than the current assignment. */
  boolean isNewerThan(long epoch, int attempt) {
    return assignment.epoch() != epoch
        ? assignment.epoch() > epoch
        : assignment.attempt() > attempt;
  }

  /**
   * Continues under another assignment. The reward node gets the samples again, as it may have lost
   * or forgotten them; samples that are too old are dropped.
   */
  void reassign(Assign other) {
    isReceived = false;
    assignment = other;
    if (isSampled() && !allows(samples.oldestPolicyVersion()) && hasTokens()) {
      samples = null;
    }
  }

  private boolean hasTokens() {
    return samples.oldestPolicyVersion() >= 0;
  }

  void decoding() {
    isDecoding = true;
  }

  void sampled(SampledGroup group) {
    isDecoding = false;
    samples = group;
    isReceived = false;
  }

  void received() {
    isReceived = true;
  }

  HeldGroup held() {
    return new HeldGroup(groupId(), attempt(), isSampled());
  }
}
