package io.troupe.actors.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.Groups;
import io.troupe.actors.ParentProbe;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RolloutActorTest {
  private static ActorTestKit kit;

  private final TestProbe<RolloutActor.Event> events = kit.createTestProbe();
  private final TestProbe<Throwable> failures = kit.createTestProbe();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final ScriptedDecoding decoding = new ScriptedDecoding();

  @BeforeAll
  static void start() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
  }

  /** Records the arguments of each call and returns a result supplied by the test. */
  private static final class ScriptedDecoding implements Decoding {
    private record Request(List<GroupSpec> groups, boolean expectsWeights) {}

    final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<Supplier<Slice>> answers = new LinkedBlockingQueue<>();
    volatile boolean closed;

    @Override
    public Slice advance(List<GroupSpec> groups, boolean expectsWeights) {
      requests.add(new Request(groups, expectsWeights));
      try {
        return answers.take().get();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void answer(List<SampledGroup> sampled, boolean hasWork) {
      answers.add(() -> new Slice(sampled, OptionalLong.empty(), Optional.empty(), hasWork));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private ActorRef<RolloutActor.Command> actor() {
    return ParentProbe.spawn(
        kit, RolloutActor.create(5, () -> decoding, thread, events.ref()), failures);
  }

  @Test
  void groupsReceivedDuringASliceJoinTheNextSlice() throws InterruptedException {
    ActorRef<RolloutActor.Command> actor = actor();
    GroupSpec first = Groups.spec(0);
    actor.tell(new RolloutActor.Decode(first));
    assertThat(decoding.requests.take().groups()).containsExactly(first);
    GroupSpec second = Groups.spec(1);
    actor.tell(new RolloutActor.Decode(second));
    decoding.answer(List.of(), true);
    assertThat(decoding.requests.take().groups()).containsExactly(second);
    SampledGroup group = Groups.sampled(first, 0);
    decoding.answer(List.of(group), false);

    events.expectMessage(new RolloutActor.Sampled(5, group));
  }

  @Test
  void doesNotDecodeWithoutWork() throws InterruptedException {
    ActorRef<RolloutActor.Command> actor = actor();
    actor.tell(new RolloutActor.Decode(Groups.spec(0)));
    decoding.requests.take();
    SampledGroup group = Groups.sampled(Groups.spec(0), 0);
    decoding.answer(List.of(group), false);
    events.receiveMessage();

    assertThat(decoding.requests.poll(20, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void waitsForWeightsUntilTheyAreSwappedIn() throws InterruptedException {
    ActorRef<RolloutActor.Command> actor = actor();
    actor.tell(new RolloutActor.ReceiveWeights(3));
    assertThat(decoding.requests.take().expectsWeights()).isTrue();
    decoding.answer(List.of(), false);
    assertThat(decoding.requests.take().expectsWeights()).isTrue();
    decoding.answers.add(
        () ->
            new Decoding.Slice(
                List.of(), OptionalLong.empty(), Optional.of("a frame is missing"), false));
    events.expectMessage(new RolloutActor.WeightsDamaged(5, "a frame is missing"));
    assertThat(decoding.requests.take().expectsWeights()).isTrue();
    decoding.answers.add(
        () -> new Decoding.Slice(List.of(), OptionalLong.of(3), Optional.empty(), false));

    events.expectMessage(new RolloutActor.Swapped(5, 3));
    events.expectNoMessage(Duration.ZERO);
  }

  @Test
  void decodingFailureFailsTheActorAndClosesTheDecoder() throws InterruptedException {
    ActorRef<RolloutActor.Command> actor = actor();
    actor.tell(new RolloutActor.Decode(Groups.spec(0)));
    decoding.answers.add(
        () -> {
          throw new IllegalStateException("group 0: the logits are not numbers");
        });

    assertThat(failures.receiveMessage())
        .hasMessage("decoding failed: group 0: the logits are not numbers");
    assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(decoding.closed).isTrue();
  }
}
