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
  private final ScriptedTraining training = new ScriptedTraining();
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

  /** Records each call and runs an action supplied by the test. */
  private static final class ScriptedTraining implements Training<List<ScoredGroup>, Ledger> {
    final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    final BlockingQueue<Callable<Long>> steps = new LinkedBlockingQueue<>();
    final BlockingQueue<Callable<Long>> finishes = new LinkedBlockingQueue<>();
    volatile long evaluated = -1;

    @Override
    public TrainedStep train(List<ScoredGroup> groups) throws Exception {
      calls.add("train " + Groups.ids(groups));
      return new TrainedStep(steps.take().call(), 2);
    }

    @Override
    public boolean isEvaluationDue(long step) {
      return step == evaluated;
    }

    @Override
    public void evaluate(long step) throws Exception {
      calls.add("evaluate " + step);
      finishes.take().call();
    }

    @Override
    public boolean record(TrainedStep trained, Ledger ledger) throws Exception {
      calls.add("finish " + trained.step());
      return finishes.take().call() >= 0; // a negative number ends the training
    }

    @Override
    public boolean isCheckpointDue(long step) {
      return false;
    }

    @Override
    public void save(Ledger ledger) {
      calls.add("save " + ledger.policyVersion());
    }
  }

  private static Ledger ledger(long step) {
    return new Ledger(
        step, step, step, Map.of(), 0, Map.of(), 0, 0, List.of(), List.of(), List.of());
  }

  private void learner(long step, long steps) {
    learner =
        ParentProbe.spawn(
            kit,
            LearnerActor.create(
                training,
                thread,
                LearnerDeadlines.of(DEADLINE, EVALUATION, DEADLINE, DEADLINE),
                steps,
                new Position<>(step, ledger(step)),
                context -> new CoordinatorBatches(context, coordinator.ref()),
                done.ref()),
            failures);
  }

  private void giveBatch(long groupId) {
    Coordinator.NextBatch request = (Coordinator.NextBatch) coordinator.receiveMessage();
    request
        .replyTo()
        .tell(
            new Coordinator.Batch(List.of(Groups.scored(Groups.sampled(Groups.spec(groupId), 0)))));
  }

  private Coordinator.StepTrained commit() {
    Coordinator.StepTrained trained = (Coordinator.StepTrained) coordinator.receiveMessage();
    trained.replyTo().tell(new Coordinator.Committed(ledger(trained.policyVersion())));
    return trained;
  }

  @Test
  void trainsAllStepsAndReportsTheEnd() throws InterruptedException {
    learner(0, 2);
    for (long step = 1; step <= 2; step++) {
      long next = step;
      giveBatch(step);
      assertThat(training.calls.take()).isEqualTo("train [" + step + "]");
      training.steps.add(() -> next);
      assertThat(commit().groupIds()).containsExactly(step);
      assertThat(training.calls.take()).isEqualTo("finish " + step);
      training.finishes.add(() -> next);
    }

    assertThat(done.receiveMessage().step()).isEqualTo(2);
    coordinator.expectNoMessage(Duration.ZERO);
  }

  @Test
  void requestsNextGroupsBeforeWritingFilesAndTrainsThemAfterwards() throws InterruptedException {
    learner(0, 5);
    giveBatch(0);
    training.steps.add(() -> 1L);
    commit();
    giveBatch(1);
    training.calls.take();
    assertThat(training.calls.take()).isEqualTo("finish 1");
    assertThat(training.calls).isEmpty();
    training.finishes.add(() -> 1L);

    assertThat(training.calls.take()).isEqualTo("train [1]");
  }

  @Test
  void stopsBeforeTheLastStepOnEarlyStopping() throws InterruptedException {
    learner(0, 5);
    giveBatch(0);
    training.steps.add(() -> 1L);
    training.finishes.add(() -> -1L);
    commit();

    assertThat(done.receiveMessage().step()).isEqualTo(1);
  }

  @Test
  void stopsWithCheckpointWhileWaiting() throws InterruptedException {
    learner(3, 5);
    coordinator.receiveMessage();
    learner.tell(new LearnerActor.Stop<>());

    assertThat(training.calls.take()).isEqualTo("save 3");
    assertThat(done.receiveMessage().step()).isEqualTo(3);
  }

  @Test
  void stopsWithCheckpointAfterTheCurrentStep() throws InterruptedException {
    learner(3, 9);
    giveBatch(0);
    training.calls.take();
    learner.tell(new LearnerActor.Stop<>());
    training.steps.add(() -> 4L);
    commit();
    assertThat(training.calls.take()).isEqualTo("finish 4");
    training.finishes.add(() -> 4L);

    assertThat(training.calls.take()).isEqualTo("save 4");
    assertThat(done.receiveMessage().step()).isEqualTo(4);
    coordinator.expectNoMessage(Duration.ZERO);
  }

  @Test
  void completesWithoutTrainingIfEveryStepIsTrained() {
    learner(5, 5);

    assertThat(done.receiveMessage().step()).isEqualTo(5);
  }

  @Test
  void failureReportsTheStepAndTheCause() {
    learner(3, 9);
    giveBatch(0);
    training.steps.add(
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
  void stepTimeoutReportsTheStep() throws InterruptedException {
    learner(3, 9);
    giveBatch(0);
    training.calls.take();
    time.timePasses(DEADLINE);

    assertThat(failures.receiveMessage())
        .hasMessage("learner: training step 4 has not ended within PT10M (deadlines.step)");
    training.steps.add(() -> 4L);
  }

  @Test
  void evaluationHasASeparateDeadline() throws InterruptedException {
    training.evaluated = 4;
    learner(3, 9);
    giveBatch(0);
    training.calls.take();
    training.steps.add(() -> 4L);
    commit();
    assertThat(training.calls.take()).isEqualTo("evaluate 4");
    time.timePasses(DEADLINE);
    failures.expectNoMessage(Duration.ZERO);
    time.timePasses(EVALUATION.minus(DEADLINE));

    assertThat(failures.receiveMessage())
        .hasMessage(
            "learner: evaluation after step 4 has not ended within PT30M (deadlines.evaluation)");
  }
}
