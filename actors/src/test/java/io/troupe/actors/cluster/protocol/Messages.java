package io.troupe.actors.cluster.protocol;

import java.util.List;
import java.util.Map;

/** An example of every control message. */
final class Messages {
  static final NodeId ROLLOUT = new NodeId("rollout-1", 3);
  static final NodeId LEARNER = new NodeId("10.0.0.7:7355", 1_764_000_000_000L);

  private Messages() {}

  static List<ControlMessage> all() {
    return List.of(
        new ControlMessage.RolloutHello(
            2, ROLLOUT, -1, 4, List.of(new HeldGroup(7, 1, false), new HeldGroup(8, 0, true))),
        new ControlMessage.RewardHello(0, ROLLOUT, List.of()),
        new ControlMessage.LearnerHello(2, LEARNER, 5, -123456789012345L, 12, true),
        new ControlMessage.Leaving(2, ROLLOUT),
        new ControlMessage.Decoded(2, ROLLOUT, 7, 1),
        new ControlMessage.DecodingFailed(2, ROLLOUT, 7, 1, "out of memory"),
        new ControlMessage.StepTrained(
            2, LEARNER, 6, Long.MIN_VALUE, 13, 64, Map.of("loss", 0.25, "kl", Double.NaN)),
        new ControlMessage.TrainingFailed(2, LEARNER, 6, "loss is NaN"),
        new ControlMessage.WeightsReady(2, ROLLOUT, 6),
        new ControlMessage.CheckpointSaved(2, LEARNER, 6, 13),
        new ControlMessage.Finished(2, LEARNER, 6, Map.of("accuracy", 1.0)),
        new ControlMessage.Welcome(2, LEARNER, 6, 1),
        new ControlMessage.Assign(2, 9, 0, 5, LEARNER),
        new ControlMessage.Revoke(2, 9, 0),
        new ControlMessage.Received(2, 9, 0),
        new ControlMessage.Accepted(2, 9),
        new ControlMessage.View(2, 3, List.of(LEARNER), List.of(ROLLOUT), LEARNER),
        new ControlMessage.NewVersion(2, 6, 99, List.of(LEARNER, ROLLOUT)),
        new ControlMessage.StepCommitted(2, 6, 99, Map.of()),
        new ControlMessage.Finish(2, 6),
        new ControlMessage.Shutdown(2, ""),
        new ControlMessage.RequestWeights(2, ROLLOUT, 6),
        new ControlMessage.NoWeights(2, LEARNER, 6),
        new ControlMessage.RequestState(2, LEARNER));
  }
}
