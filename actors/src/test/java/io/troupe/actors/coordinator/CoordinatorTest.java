package io.troupe.actors.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.troupe.actors.Groups;
import io.troupe.actors.ParentProbe;
import io.troupe.actors.reward.RewardActor;
import io.troupe.actors.rollout.RolloutActor;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
  private static ActorTestKit kit;
  private static ManualTime time;

  private final TestProbe<SentCommand> workers = kit.createTestProbe();
  private final TestProbe<RewardActor.Command> reward = kit.createTestProbe();
  private final TestProbe<Coordinator.Batch> batches = kit.createTestProbe();
  private final TestProbe<Coordinator.Committed> commits = kit.createTestProbe();
  private final TestProbe<Throwable> failures = kit.createTestProbe();
  private final Map<Integer, ActorRef<RolloutActor.Event>> events = new ConcurrentHashMap<>();
  private final Set<Long> failingGroups = ConcurrentHashMap.newKeySet();
  private final RecordingSender sender = new RecordingSender();
  private ActorRef<Coordinator.Command> coordinator;

  /** A command that the coordinator sent to a rollout actor. */
  private record SentCommand(int workerId, RolloutActor.Command command) {}

  /** A sender that records forgotten workers. */
  private static final class RecordingSender implements WeightSender {
    final List<Integer> forgotten = new ArrayList<>();

    @Override
    public CompletionStage<Long> send(int workerId, String name) {
      return CompletableFuture.completedFuture(0L);
    }

    @Override
    public synchronized void forget(int workerId) {
      forgotten.add(workerId);
    }
  }

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(ManualTime.config());
    time = ManualTime.get(kit.system());
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  private void coordinator(String settings) {
    RunConfig config =
        RunConfig.from(
            ConfigFactory.parseString(settings)
                .withFallback(
                    ConfigFactory.parseString(
                        """
                        steps = 3, groups-per-step = 2, grpo.num-generations = 2
                        rewards = [length]
                        deadlines { group = 10s, weights = 5s, batch = 60s }
                        """))
                .withFallback(ConfigFactory.defaultReference().getConfig("troupe"))
                .resolve());
    RolloutActors rollouts =
        (workerId, name, replyTo) -> {
          events.put(workerId, replyTo);
          return Behaviors.receiveMessage(
              command -> {
                if (command instanceof RolloutActor.Decode(GroupSpec group)
                    && failingGroups.contains(group.groupId())) {
                  throw new IllegalStateException("out of pages");
                }
                workers.ref().tell(new SentCommand(workerId, command));
                return Behaviors.same();
              });
        };
    coordinator =
        ParentProbe.spawn(
            kit,
            Coordinator.create(
                config, Groups::spec, Ledger.empty(), rollouts, sender, reward.ref()),
            failures);
  }

  private void expectWeights(int workerId, long policyVersion) {
    workers.expectMessage(
        new SentCommand(workerId, new RolloutActor.ReceiveWeights(policyVersion)));
  }

  private GroupSpec expectDecode(int workerId) {
    SentCommand sent = workers.receiveMessage();
    assertThat(sent.workerId()).isEqualTo(workerId);
    return ((RolloutActor.Decode) sent.command()).group();
  }

  private void swapped(int workerId, long policyVersion) {
    events.get(workerId).tell(new RolloutActor.Swapped(workerId, policyVersion));
  }

  private void sampled(int workerId, long groupId, long policyVersion) {
    SampledGroup group = Groups.sampled(Groups.spec(groupId), policyVersion);
    events.get(workerId).tell(new RolloutActor.Sampled(workerId, group));
  }

  private void scoreNext(Score score) {
    RewardActor.ScoreGroup request = (RewardActor.ScoreGroup) reward.receiveMessage();
    request.replyTo().tell(new RewardActor.GroupScored(Groups.scored(request.group(), score)));
  }

  private void scoreNext() {
    scoreNext(new Score.Scored(1, Map.of()));
  }

  private Ledger state() {
    TestProbe<Ledger> states = kit.createTestProbe();
    coordinator.tell(new Coordinator.GetState(states.ref()));
    return states.receiveMessage();
  }

  private void requestBatch() {
    coordinator.tell(new Coordinator.NextBatch(batches.ref()));
  }

  @Test
  void issuesNothingBeforeTheLearnerRequestsABatchAndWeightsArrive() {
    coordinator("");
    expectWeights(1, 0);
    swapped(1, 0);
    workers.expectNoMessage(Duration.ZERO);
    assertThat(state().groupsIssued()).isZero();

    requestBatch();
    assertThat(expectDecode(1).groupId()).isZero();
    assertThat(expectDecode(1).groupId()).isEqualTo(1);
    assertThat(state().groupsIssued()).isEqualTo(2);
  }

  @Test
  void onPolicyGroupsWaitForTheWeightsOfThePreviousStep() {
    coordinator("");
    expectWeights(1, 0);
    swapped(1, 0);
    requestBatch();
    expectDecode(1);
    expectDecode(1);
    sampled(1, 1, 0);
    sampled(1, 0, 0);
    scoreNext();
    scoreNext();
    assertThat(Groups.ids(batches.receiveMessage().groups())).containsExactly(0L, 1L);

    coordinator.tell(new Coordinator.StepTrained(1, List.of(0L, 1L), 4, commits.ref()));
    assertThat(commits.receiveMessage().state().groupsTrained()).isEqualTo(2);
    expectWeights(1, 1);
    requestBatch();
    assertThat(state().groupsOpen()).isEqualTo(2);
    workers.expectNoMessage(Duration.ZERO);
    swapped(1, 1);
    assertThat(expectDecode(1).groupId()).isEqualTo(2);
  }

  @Test
  void groupsOfFailedRolloutActorAreReissuedUnderTheirIds() {
    failingGroups.add(1L);
    coordinator("");
    expectWeights(1, 0);
    swapped(1, 0);
    requestBatch();
    assertThat(expectDecode(1).groupId()).isZero(); // then group 1 makes the actor fail
    expectWeights(2, 0);
    failingGroups.clear();
    swapped(2, 0);

    assertThat(expectDecode(2).groupId()).isZero();
    assertThat(expectDecode(2).groupId()).isEqualTo(1);
    sampled(2, 0, 0);
    sampled(2, 1, 0);
    scoreNext();
    scoreNext();
    assertThat(Groups.ids(batches.receiveMessage().groups())).containsExactly(0L, 1L);
    assertThat(state().rolloutRestarts()).isEqualTo(1);
  }

  @Test
  void messagesOfReplacedRolloutActorAreIgnored() {
    coordinator("");
    expectWeights(1, 0);
    swapped(1, 0);
    requestBatch();
    expectDecode(1);
    expectDecode(1);
    time.timePasses(Duration.ofSeconds(10));
    expectWeights(2, 0);
    sampled(1, 0, 0);

    reward.expectNoMessage(Duration.ZERO);
    assertThat(state().issued()).hasSize(2);
    assertThat(sender.forgotten).containsExactly(1);
  }

  @Test
  void groupThatFailsOnEveryActorIsDroppedWithAReason() {
    failingGroups.add(0L);
    coordinator("groups-per-step = 1");
    requestBatch();
    for (int workerId = 1; workerId <= 3; workerId++) {
      expectWeights(workerId, 0);
      swapped(workerId, 0);
    }
    expectWeights(4, 0);
    swapped(4, 0);

    assertThat(expectDecode(4).groupId()).isEqualTo(1);
    assertThat(state().groupsDroppedByReason()).isEqualTo(Map.of("rollout-failed", 1L));
    assertThat(state().rolloutRestarts()).isEqualTo(3);
  }

  @Test
  void persistentRolloutFailureEndsTheRunWithItsCause() {
    for (long id = 0; id < 20; id++) {
      failingGroups.add(id);
    }
    coordinator("groups-per-step = 1");
    requestBatch();
    for (int workerId = 1; workerId <= 9; workerId++) {
      expectWeights(workerId, 0);
      swapped(workerId, 0);
    }

    assertThat(failures.receiveMessage())
        .hasMessage("rollout-1 failed 9 times in a row: out of pages");
  }

  @Test
  void damagedWeightsAreSentAtMostThreeTimes() {
    coordinator("");
    expectWeights(1, 0);
    events.get(1).tell(new RolloutActor.WeightsDamaged(1, "frames are missing"));
    expectWeights(1, 0);
    events.get(1).tell(new RolloutActor.WeightsDamaged(1, "frames are missing"));
    expectWeights(1, 0);
    events.get(1).tell(new RolloutActor.WeightsDamaged(1, "frames are missing"));

    expectWeights(2, 0); // replaced
    assertThat(state().rolloutRestarts()).isEqualTo(1);
  }

  @Test
  void rolloutActorThatMissesTheWeightDeadlineIsReplaced() {
    coordinator("");
    expectWeights(1, 0);
    time.timePasses(Duration.ofSeconds(5));

    expectWeights(2, 0);
  }

  @Test
  void batchTimeoutErrorReportsTheStateOfTheGroups() {
    coordinator("deadlines.group = 10m");
    expectWeights(1, 0);
    swapped(1, 0);
    requestBatch();
    expectDecode(1);
    expectDecode(1);
    sampled(1, 0, 0);
    reward.receiveMessage();
    time.timePasses(Duration.ofSeconds(60));

    assertThat(failures.receiveMessage())
        .hasMessage(
            "the batch of step 1 was not complete within PT1M (deadlines.batch): 0 groups wait for"
                + " a rollout actor, 1 are decoded, 1 are being scored, 0 are scored");
  }

  @Test
  void failsWhenEveryGroupIsUnscorable() {
    coordinator("groups-per-step = 1");
    expectWeights(1, 0);
    swapped(1, 0);
    requestBatch();
    for (int i = 0; i < 9; i++) {
      long groupId = expectDecode(1).groupId();
      sampled(1, groupId, 0);
      scoreNext(new Score.Unscorable("timeout: regex"));
    }

    assertThat(failures.receiveMessage())
        .hasMessage(
            "no group can be trained, 9 were dropped in a row: {unscorable=9}; samples without a"
                + " score: {timeout: regex=18}");
  }

  @Test
  void generationRunsAheadUpToTheBound() {
    coordinator("max-staleness = 1, rollout.max-batch-sequences = 64");
    expectWeights(1, 0);
    swapped(1, 0);
    requestBatch();
    for (int i = 0; i < 4; i++) {
      assertThat(expectDecode(1).groupId()).isEqualTo(i);
    }
    workers.expectNoMessage(Duration.ZERO);
    assertThat(state().groupsOpen()).isEqualTo(4);
  }
}
