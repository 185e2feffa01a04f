package io.troupe.actors.reward;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.Groups;
import io.troupe.actors.ParentProbe;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import io.troupe.reward.Reward;
import io.troupe.reward.RewardException;
import io.troupe.reward.RewardResult;
import io.troupe.reward.RewardSum;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RewardActorTest {
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private static ActorTestKit kit;
  private static ManualTime time;

  private final TestProbe<RewardActor.GroupScored> scored = kit.createTestProbe();
  private final TestProbe<Throwable> failures = kit.createTestProbe();
  private final CountDownLatch testIsOver = new CountDownLatch(1);

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(ManualTime.config());
    time = ManualTime.get(kit.system());
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  @AfterEach
  void endHangingRewards() {
    testIsOver.countDown();
  }

  private interface Scoring {
    double score(Completion completion) throws RewardException, InterruptedException;
  }

  private ActorRef<RewardActor.Command> actor(String name, Scoring scoring) {
    Reward reward =
        new Reward() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public RewardResult evaluate(Prompt prompt, Completion completion)
              throws RewardException {
            try {
              return RewardResult.of(scoring.score(completion), "");
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    return ParentProbe.spawn(kit, RewardActor.create(RewardSum.of(reward), DEADLINE), failures);
  }

  /** Waits for the end of the test and ignores interrupts. */
  private double hang() {
    boolean over = false;
    while (!over) {
      try {
        testIsOver.await();
        over = true;
      } catch (InterruptedException e) {
        over = false; // ignores the interrupt
      }
    }
    return 1;
  }

  private void score(ActorRef<RewardActor.Command> actor, long groupId) {
    actor.tell(new RewardActor.ScoreGroup(Groups.sampled(Groups.spec(groupId), 0), scored.ref()));
  }

  private static Score one() {
    return new Score.Scored(1, Map.of("r", 1.0));
  }

  @Test
  void scoresEverySampleOfGroup() {
    ActorRef<RewardActor.Command> actor = actor("r", completion -> completion.sampleIndex());
    score(actor, 4);

    RewardActor.GroupScored reply = scored.receiveMessage();
    assertThat(reply.group().group().spec().groupId()).isEqualTo(4);
    assertThat(reply.group().scores())
        .containsExactly(new Score.Scored(0, Map.of("r", 0.0)), one());
  }

  @Test
  void failingRewardMakesOnlyItsSampleUnscorable() {
    ActorRef<RewardActor.Command> actor =
        actor(
            "r",
            completion -> {
              if (completion.sampleIndex() == 0) {
                throw new RewardException("no answer");
              }
              return 1;
            });
    score(actor, 0);

    assertThat(scored.receiveMessage().group().scores())
        .containsExactly(new Score.Unscorable("r: no answer"), one());
  }

  @Test
  void hangingRewardMakesOnlyItsSampleUnscorable() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    ActorRef<RewardActor.Command> actor =
        actor(
            "slow",
            completion -> {
              if (completion.sampleIndex() == 0) {
                hangs.countDown();
                return hang();
              }
              return 1;
            });
    score(actor, 0);
    hangs.await();
    scored.expectNoMessage(Duration.ZERO);
    time.timePasses(DEADLINE);

    assertThat(scored.receiveMessage().group().scores())
        .containsExactly(
            new Score.Unscorable("timeout: slow"), new Score.Scored(1, Map.of("slow", 1.0)));
  }

  @Test
  void otherGroupsAreScoredWhileOneHangs() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    ActorRef<RewardActor.Command> actor =
        actor(
            "r",
            completion -> {
              if (hangs.getCount() == 1) {
                hangs.countDown();
                return hang();
              }
              return 1;
            });
    score(actor, 0);
    hangs.await();
    score(actor, 1);
    score(actor, 2);

    assertThat(scored.receiveMessage().group().group().spec().groupId()).isEqualTo(1);
    assertThat(scored.receiveMessage().group().group().spec().groupId()).isEqualTo(2);
  }

  @Test
  void lateResultOfHangingRewardIsIgnored() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    ActorRef<RewardActor.Command> actor =
        actor(
            "r",
            completion -> {
              if (completion.sampleIndex() == 0 && hangs.getCount() == 1) {
                hangs.countDown();
                return hang();
              }
              return 1;
            });
    score(actor, 0);
    hangs.await();
    time.timePasses(DEADLINE);
    assertThat(scored.receiveMessage().group().scores())
        .containsExactly(new Score.Unscorable("timeout: r"), one());
    testIsOver.countDown();

    score(actor, 1);
    assertThat(scored.receiveMessage().group().scores()).isEqualTo(List.of(one(), one()));
  }

  @Test
  void failsWhenTooManyRewardsHang() throws InterruptedException {
    Semaphore hanging = new Semaphore(0);
    ActorRef<RewardActor.Command> actor =
        actor(
            "r",
            completion -> {
              hanging.release();
              return hang();
            });
    for (long groupId = 0; groupId <= ScoringThreads.MAX_HUNG; groupId++) {
      score(actor, groupId);
    }
    for (int i = 0; i <= ScoringThreads.MAX_HUNG; i++) {
      hanging.acquire();
      time.timePasses(DEADLINE);
    }

    assertThat(failures.receiveMessage())
        .hasMessageContaining("threads have not returned from rewards, the last from r");
  }
}
