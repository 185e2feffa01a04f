package io.troupe.streams.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.streams.TinyPolicy;
import io.troupe.streams.decoding.DecodingEvent.GroupDecoded;
import io.troupe.streams.decoding.DecodingEvent.TokenDecoded;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.testkit.TestPublisher;
import org.apache.pekko.stream.testkit.TestSubscriber;
import org.apache.pekko.stream.testkit.javadsl.TestSink;
import org.apache.pekko.stream.testkit.javadsl.TestSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DecodingStageTest {
  private static final int NEW_TOKENS = 6;
  private static final GenerationConfig SAMPLING =
      GenerationConfig.sampling(NEW_TOKENS, 1).withEosTokenIds(Set.of());
  private static final Duration QUIET = Duration.ofMillis(200);

  private static ActorSystem system;

  private final AtomicInteger passes = new AtomicInteger();
  private Engine engine;
  private CausalLM model;
  private Tokenizer tokenizer;
  private TestPublisher.Probe<DecodingRequest> requests;
  private TestSubscriber.Probe<DecodingEvent> events;
  private CompletionStage<Done> closed;

  @BeforeAll
  static void startSystem() {
    system = ActorSystem.create("decoding-stage-test");
  }

  @AfterAll
  static void stopSystem() throws Exception {
    system.terminate();
    await(system.getWhenTerminated());
  }

  @BeforeEach
  void open() {
    engine = Engine.of(CpuBackend.create(1));
    model = TinyPolicy.random(engine, 5);
    tokenizer = new CharacterTokenizer("0123456789+=");
  }

  @AfterEach
  void close() throws Exception {
    events.cancel();
    await(closed);
    tokenizer.close();
    model.close();
    engine.close();
  }

  private void run(DecodingLimits limits) {
    Supplier<DecodingEngine> opening =
        () -> new DecodingEngine(CountedPasses.of(model, passes), tokenizer, limits);
    var probes =
        TestSource.<DecodingRequest>create(system)
            .viaMat(DecodingStage.flow(opening), Keep.both())
            .toMat(TestSink.create(system), Keep.both())
            .run(system);
    requests = probes.first().first();
    closed = probes.first().second();
    events = probes.second();
  }

  private static void await(CompletionStage<?> stage) throws Exception {
    stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static DecodingLimits limits(int maxWaitingGroups) {
    return new DecodingLimits(8, 1024, 64, maxWaitingGroups);
  }

  private static DecodingRequest request(long groupId, int numGenerations, boolean wantsTokens) {
    Prompt prompt = new Prompt(groupId, "1+", new int[] {4, 13}, Map.of());
    return new DecodingRequest(
        new GroupSpec(groupId, prompt, numGenerations, 3), SAMPLING, wantsTokens);
  }

  @Test
  void nothingIsDecodedBeforeItIsAskedFor() {
    run(limits(4));
    requests.sendNext(request(0, 1, true));
    events.ensureSubscription();
    events.expectNoMessage(QUIET);
    // One event is fetched ahead by the boundary between the threads, so one pass may be made.
    assertThat(passes).hasValueLessThanOrEqualTo(1);
  }

  @Test
  void aConsumerThatStopsHoldsTheDecoder() {
    run(limits(4));
    requests.sendNext(request(0, 1, true));
    events.request(2);
    events.expectNextN(2);
    events.expectNoMessage(QUIET);
    assertThat(passes).as("passes for 2 tokens taken and 1 fetched ahead").hasValue(3);
  }

  @Test
  void requestsAreTakenAsLongAsTheQueueHasRoom() {
    run(limits(2));
    events.ensureSubscription();
    for (int i = 0; i < 3; i++) {
      requests.sendNext(request(i, 1, false));
    }
    assertThat(requests.pending()).as("asked for beyond two in the queue and one before").isZero();
    events.expectNoMessage(QUIET);
    assertThat(requests.pending()).isZero();
  }

  @Test
  void tokensOfAllSamplesComeBeforeTheirGroup() {
    run(limits(4));
    requests.sendNext(request(7, 2, true)).sendComplete();
    events.request(100);
    List<TokenDecoded> tokens = new ArrayList<>();
    for (int i = 0; i < 2 * NEW_TOKENS; i++) {
      tokens.add((TokenDecoded) events.expectNext());
    }
    SampledGroup group = ((GroupDecoded) events.expectNext()).group();
    events.expectComplete();
    for (Completion completion : group.completions()) {
      List<TokenDecoded> own =
          tokens.stream().filter(t -> t.sampleIndex() == completion.sampleIndex()).toList();
      assertThat(own.stream().mapToInt(TokenDecoded::tokenId)).containsExactly(ids(completion));
      assertThat(String.join("", own.stream().map(TokenDecoded::textDelta).toList()))
          .isEqualTo(completion.text());
    }
  }

  private static Integer[] ids(Completion completion) {
    return Arrays.stream(completion.tokenIds()).boxed().toArray(Integer[]::new);
  }

  @Test
  void aRequestJoinsWhileAnotherIsDecoded() {
    run(limits(4));
    events.request(2);
    requests.sendNext(request(0, 1, true));
    events.expectNextN(2);
    requests.sendNext(request(1, 1, true)).sendComplete();
    events.request(100);
    List<Long> order = new ArrayList<>();
    while (order.size() < 2) {
      if (events.expectNext() instanceof GroupDecoded(SampledGroup group)) {
        order.add(group.spec().groupId());
      }
    }
    events.expectComplete();
    assertThat(order).containsExactly(0L, 1L);
    assertThat(passes).as("passes for two times six tokens").hasValueLessThan(2 * NEW_TOKENS);
  }

  @Test
  void aRequestThatCannotBeDecodedFailsTheStream() throws Exception {
    run(limits(4));
    Prompt prompt = new Prompt(3, "?", new int[] {64}, Map.of());
    events.request(1);
    requests.sendNext(new DecodingRequest(new GroupSpec(3, prompt, 1, 3), SAMPLING, true));
    assertThat(events.expectError()).hasMessageContaining("prompt 3 has token 64");
    await(closed);
  }

  @Test
  void aConsumerThatLeavesClosesTheEngine() throws Exception {
    run(limits(4));
    requests.sendNext(request(0, 1, true));
    events.request(1);
    events.expectNext();
    events.cancel();
    requests.expectCancellation();
    await(closed);
    assertThat(passes).hasValueLessThan(NEW_TOKENS);
  }
}
