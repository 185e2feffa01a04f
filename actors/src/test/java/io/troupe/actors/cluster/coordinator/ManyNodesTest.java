package io.troupe.actors.cluster.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.cluster.protocol.BulkMessage;
import io.troupe.actors.cluster.protocol.BulkMessage.Scored;
import io.troupe.actors.cluster.protocol.ControlMessage;
import io.troupe.actors.cluster.protocol.ControlMessage.Assign;
import io.troupe.actors.cluster.protocol.ControlMessage.Decoded;
import io.troupe.actors.cluster.protocol.ControlMessage.LearnerHello;
import io.troupe.actors.cluster.protocol.ControlMessage.NewVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.RewardHello;
import io.troupe.actors.cluster.protocol.ControlMessage.RolloutHello;
import io.troupe.actors.cluster.protocol.ControlMessage.WeightsReady;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.testing.HashPolicy;
import io.troupe.actors.cluster.testing.TestCluster;
import io.troupe.actors.ledger.LedgerLimits;
import io.troupe.log.record.LogRecord;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One coordinator with 10,000 rollout nodes. */
class ManyNodesTest {
  private static final int NODES = 10_000;
  private static final int GROUPS_PER_STEP = 20_000;
  private static final int STEPS = 3;
  private static final NodeId LEARNER = new NodeId("learner-1", 1);
  private static final NodeId REWARD = new NodeId("reward-1", 1);

  private final ArrayDeque<Object> inbox = new ArrayDeque<>();
  private final ScriptedLog log = new ScriptedLog();
  private final Outside outside = new Outside();
  private final CoordinatorCore core =
      new CoordinatorCore(
          new NodeId("coordinator", 1),
          CoordinatorSettings.of(
              new LedgerLimits(STEPS, GROUPS_PER_STEP, 0, 3),
              HashPolicy.NUM_GENERATIONS,
              HashPolicy.SEED,
              TestCluster.DEADLINES),
          outside,
          log,
          new LogRecord.RunStarted("run", "fingerprint", "test"),
          new CoordinatorEvents() {
            @Override
            public void onResigned(String reason) {}

            @Override
            public void onEnded(long step, Map<String, Double> summary, String failure) {}
          });
  private int maxDecoding;
  private long version;

  /** Answers as the nodes would. */
  private final class Outside implements Environment {
    private final int[] assigned = new int[NODES];
    private long maxWaiting;

    @Override
    public long nanoTime() {
      return 1;
    }

    @Override
    public long currentTimeMillis() {
      return 1;
    }

    @Override
    public void send(NodeId to, ControlMessage message) {
      switch (message) {
        case Assign assign -> {
          int node = Integer.parseInt(to.name());
          maxDecoding = Math.max(maxDecoding, ++assigned[node]);
          inbox.add(new Decoded(1, to, assign.groupId(), assign.attempt()));
          inbox.add(scored(assign, to));
        }
        case NewVersion announced -> inbox.add(new WeightsReady(1, to, announced.version()));
        default -> {}
      }
      maxWaiting = Math.max(maxWaiting, inbox.size());
    }

    private Scored scored(Assign assign, NodeId node) {
      SampledGroup group = HashPolicy.sample(HashPolicy.spec(assign.groupId()), version, version);
      Score one = new Score.Scored(1, Map.of());
      return new Scored(
          1, assign.attempt(), new ScoredGroup(group, List.of(one, one)), node, REWARD);
    }

    @Override
    public void transfer(NodeId to, BulkMessage message) {}

    @Override
    public Timer after(Duration delay, Runnable action) {
      return () -> {};
    }
  }

  private void answer() {
    for (Optional<Object> next = Optional.ofNullable(inbox.poll());
        next.isPresent();
        next = Optional.ofNullable(inbox.poll())) {
      switch (next.get()) {
        case Decoded decoded -> {
          outside.assigned[Integer.parseInt(decoded.node().name())]--;
          core.on(decoded);
        }
        case ControlMessage.ToCoordinator control -> core.on(control);
        case BulkMessage.ToCoordinator bulk -> core.on(bulk);
        default -> throw new AssertionError(next);
      }
    }
  }

  @Test
  void queuesStayBoundedAndEveryGroupIsTrainedOnce() {
    log.epoch = 1;
    log.add(new LogRecord.Epoch("coordinator"));
    core.onLeading(1);
    log.commitIndex = log.nextIndex();
    core.onCommitted(log.commitIndex);
    core.on(new RewardHello(1, REWARD, List.of()));
    for (int i = 0; i < NODES; i++) {
      core.on(new RolloutHello(1, new NodeId(Integer.toString(i), 1), -1, 2, List.of()));
    }
    for (long step = 0; step < STEPS; step++) {
      version = step;
      core.on(new LearnerHello(1, LEARNER, step, 100 + step, log.nextIndex(), true));
      answer();
      assertThat(log.batches()).hasSize((int) step + 1);
      log.commitIndex = log.nextIndex();
      core.onCommitted(log.commitIndex);
    }
    assertThat(log.batches().stream().flatMap(List::stream).distinct().count())
        .isEqualTo((long) STEPS * GROUPS_PER_STEP);
    assertThat(maxDecoding).isLessThanOrEqualTo(2);
    assertThat(outside.maxWaiting).isLessThanOrEqualTo(4L * GROUPS_PER_STEP + NODES);
  }
}
