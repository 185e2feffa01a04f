package io.troupe.actors.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.Groups;
import io.troupe.actors.ParentProbe;
import io.troupe.actors.coordinator.Coordinator;
import io.troupe.actors.coordinator.Ledger;
import io.troupe.actors.learner.LearnerActor;
import io.troupe.actors.learner.LearnerDeadlines;
import io.troupe.actors.learner.LearnerFailedException;
import io.troupe.actors.learner.LearnerThread;
import io.troupe.actors.learner.Position;
import io.troupe.actors.learner.TrainedStep;
import io.troupe.actors.learner.Training;
import io.troupe.protocols.sample.ScoredGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LearnerActorTest {
  private static final Duration DEADLINE = Duration.ofMinutes(10);
  private static final Duration EVALUATION = Duration.ofMinutes(30);

  private static ActorTestKit kit;
  private static ManualTime time;

  private final TestProbe<Coordinator.Command> coordinator = kit.createTestProbe();
  private final TestProbe<Position<Ledger>> done = kit.createTestProbe();
  private final TestProbe<Throwable> failures = kit.createTestProbe();
  private final LearnerThread thread = new LearnerThread();
  private final Script script = new Script();
  private ActorRef<LearnerActor.Command<List<ScoredGroup>, Ledger>> learner;

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create(ManualTime.config());
    time = ManualTime.get(kit.system());
  }

  @AfterEach
  void endThread() {
    thread.end(Duration.ofSeconds(30));
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  /** Reports each call and runs the action of the test. */
  private static final class Script implements Training<List<ScoredGroup>, Ledger> {
    final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    final BlockingQueue<Callable<Long>> steps = new LinkedBlockingQueue<>();
    final BlockingQueue<Callable<Long>> finishes = new LinkedBlockingQueue<>();
    volatile long evaluated = -1;

    @Override
    public TrainedStep train(List<ScoredGroup> groups) throws Exception {
      begun.add("train " + Groups.ids(groups));
      return new TrainedStep(steps.take().call(), 2);
    }

    @Override
    public boolean isEvaluationDue(long step) {
      return step == evaluated;
    }

    @Override
    public void evaluate(long step) throws Exception {
      begun.add("evaluate " + step);
      finishes.take().call();
    }

    @Override
    public boolean record(TrainedStep trained, Ledger books) throws Exception {
      begun.add("finish " + trained.step());
      return finishes.take().call() >= 0; // a step, or less than 0 for the end
    }

    @Override
    public boolean isCheckpointDue(long step) {
      return false;
    }

    @Override
    public void save(Ledger books) {
      begun.add("save " + books.policyVersion());
    }
  }

  private static Ledger books(long step) {
    return new Ledger(
        step, step, step, Map.of(), 0, Map.of(), 0, 0, List.of(), List.of(), List.of());
  }

  private void learner(long step, long steps) {
    learner =
        ParentProbe.spawn(
            kit,
            LearnerActor.create(
                script,
                thread,
                LearnerDeadlines.of(DEADLINE, EVALUATION, DEADLINE, DEADLINE),
                steps,
                new Position<>(step, books(step)),
                context -> new CoordinatorBatches(context, coordinator.ref()),
                done.ref()),
            failures);
  }

  private void giveBatch(long groupId) {
    Coordinator.NextBatch asked = (Coordinator.NextBatch) coordinator.receiveMessage();
    asked
        .replyTo()
        .tell(
            new Coordinator.Batch(List.of(Groups.scored(Groups.sampled(Groups.spec(groupId), 0)))));
  }

  private Coordinator.StepTrained commit() {
    Coordinator.StepTrained trained = (Coordinator.StepTrained) coordinator.receiveMessage();
    trained.replyTo().tell(new Coordinator.Committed(books(trained.policyVersion())));
    return trained;
  }

  @Test
  void trainsAllStepsAndReportsTheEnd() throws InterruptedException {
    learner(0, 2);
    for (long step = 1; step <= 2; step++) {
      long next = step;
      giveBatch(step);
      assertThat(script.begun.take()).isEqualTo("train [" + step + "]");
      script.steps.add(() -> next);
      assertThat(commit().groupIds()).containsExactly(step);
      assertThat(script.begun.take()).isEqualTo("finish " + step);
      script.finishes.add(() -> next);
    }

    assertThat(done.receiveMessage().step()).isEqualTo(2);
    coordinator.expectNoMessage(Duration.ZERO);
  }

  @Test
  void asksForTheNextGroupsBeforeFilesAreWrittenButTrainsThemAfterwards()
      throws InterruptedException {
    learner(0, 5);
    giveBatch(0);
    script.steps.add(() -> 1L);
    commit();
    giveBatch(1);
    script.begun.take();
    assertThat(script.begun.take()).isEqualTo("finish 1");
    assertThat(script.begun).isEmpty();
    script.finishes.add(() -> 1L);

    assertThat(script.begun.take()).isEqualTo("train [1]");
  }

  @Test
  void stopsBeforeTheLastStepIfTheTrainerStopsEarly() throws InterruptedException {
    learner(0, 5);
    giveBatch(0);
    script.steps.add(() -> 1L);
    script.finishes.add(() -> -1L);
    commit();

    assertThat(done.receiveMessage().step()).isEqualTo(1);
  }

  @Test
  void stopsWithCheckpointWhileItWaits() throws InterruptedException {
    learner(3, 5);
    coordinator.receiveMessage();
    learner.tell(new LearnerActor.Stop<>());

    assertThat(script.begun.take()).isEqualTo("save 3");
    assertThat(done.receiveMessage().step()).isEqualTo(3);
  }

  @Test
  void stopsWithCheckpointAfterTheStepUnderWay() throws InterruptedException {
    learner(3, 9);
    giveBatch(0);
    script.begun.take();
    learner.tell(new LearnerActor.Stop<>());
    script.steps.add(() -> 4L);
    commit();
    assertThat(script.begun.take()).isEqualTo("finish 4");
    script.finishes.add(() -> 4L);

    assertThat(script.begun.take()).isEqualTo("save 4");
    assertThat(done.receiveMessage().step()).isEqualTo(4);
    coordinator.expectNoMessage(Duration.ZERO);
  }

  @Test
  void hasNothingToDoWhenEveryStepIsTrained() {
    learner(5, 5);

    assertThat(done.receiveMessage().step()).isEqualTo(5);
  }

  @Test
  void failureNamesTheStepAndTheCause() {
    learner(3, 9);
    giveBatch(0);
    script.steps.add(
        () -> {
          throw new IllegalStateException("the weights are gone");
        });

    Throwable failure = failures.receiveMessage();
    assertThat(failure)
        .isInstanceOf(LearnerFailedException.class)
        .hasMessage("learner, training step 4: the weights are gone");
    assertThat(((LearnerFailedException) failure).step()).isEqualTo(3);
  }

  @Test
  void stepThatTakesTooLongIsNamed() throws InterruptedException {
    learner(3, 9);
    giveBatch(0);
    script.begun.take();
    time.timePasses(DEADLINE);

    assertThat(failures.receiveMessage())
        .hasMessage("learner: training step 4 has not ended within PT10M (deadlines.step)");
    script.steps.add(() -> 4L);
  }

  @Test
  void evaluationHasADeadlineOfItsOwn() throws InterruptedException {
    script.evaluated = 4;
    learner(3, 9);
    giveBatch(0);
    script.begun.take();
    script.steps.add(() -> 4L);
    commit();
    assertThat(script.begun.take()).isEqualTo("evaluate 4");
    time.timePasses(DEADLINE);
    failures.expectNoMessage(Duration.ZERO);
    time.timePasses(EVALUATION.minus(DEADLINE));

    assertThat(failures.receiveMessage())
        .hasMessage(
            "learner: evaluation after step 4 has not ended within PT30M (deadlines.evaluation)");
  }
}
