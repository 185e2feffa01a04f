package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.QueueFullException;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.service.DecodingRequest.Events;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DecodingServiceTest {
  private static final int NEW_TOKENS = 6;
  private static final GenerationConfig SAMPLING =
      GenerationConfig.sampling(NEW_TOKENS, 1).withEosTokenIds(Set.of());
  private static final ReferenceDecoding DECODING = new ReferenceDecoding("llama3-untied", 1);

  private final AtomicInteger passes = new AtomicInteger();
  private final InlineDecoder decoder =
      new InlineDecoder(
          CountedPasses.of(DECODING.model(), passes),
          DECODING.tokenizer(),
          new DecodingLimits(8, 1024, 64, 4));
  private final DecodingService service = decoder.service();

  @AfterEach
  void close() {
    decoder.close();
  }

  @AfterAll
  static void closeModel() {
    DECODING.close();
  }

  private static DecodingRequest request(long groupId, int numGenerations, Events events) {
    return request(groupId, numGenerations, SAMPLING, events);
  }

  private static DecodingRequest request(
      long groupId, int numGenerations, GenerationConfig config, Events events) {
    var prompt = ReferenceDecoding.prompt(groupId, 1, 17, (int) (4 + groupId));
    return new DecodingRequest(new GroupSpec(groupId, prompt, numGenerations, 3), config, events);
  }

  private void runUntilIdle() {
    while (decoder.advance()) {
      assertThat(passes).hasValueLessThan(1000);
    }
  }

  /** The next event, decoded by as many passes as it takes. */
  private Optional<DecodingEvent> next(DecodingStream stream) {
    CompletableFuture<Optional<DecodingEvent>> event = stream.next().toCompletableFuture();
    while (!event.isDone() && decoder.advance()) {
      assertThat(passes).hasValueLessThan(1000);
    }
    return event.join();
  }

  private int nextToken(DecodingStream stream) {
    return ((TokenDecoded) next(stream).orElseThrow()).tokenId();
  }

  private SampledGroup group(DecodingStream stream) {
    DecodingEvent event = next(stream).orElseThrow();
    while (event instanceof TokenDecoded) {
      event = next(stream).orElseThrow();
    }
    return ((RequestCompleted) event).group();
  }

  private SampledGroup alone(DecodingRequest request) {
    return group(service.submit(request));
  }

  private static void assertSame(SampledGroup actual, SampledGroup expected) {
    for (Completion completion : expected.completions()) {
      Completion other = actual.completions().get(completion.sampleIndex());
      assertThat(other.tokenIds()).isEqualTo(completion.tokenIds());
      assertThat(other.logProbs()).isEqualTo(completion.logProbs());
    }
  }

  @Test
  void nothingIsDecodedBeforeAnEventIsRequested() {
    service.submit(request(0, 1, Events.TOKENS));
    service.submit(request(1, 2, Events.COMPLETIONS));
    runUntilIdle();

    assertThat(passes).hasValue(0);
  }

  @Test
  void aReaderThatStopsStopsTheDecoder() {
    DecodingStream stream = service.submit(request(0, 1, Events.TOKENS));
    nextToken(stream);
    nextToken(stream);
    runUntilIdle();

    assertThat(passes).as("passes for 2 tokens").hasValue(2);
  }

  @Test
  void aReaderThatPausesStopsItsOwnRequestOnly() {
    SampledGroup expected = alone(request(0, 2, Events.COMPLETIONS));
    DecodingStream paused = service.submit(request(0, 2, Events.TOKENS));
    nextToken(paused);
    SampledGroup other = group(service.submit(request(1, 1, Events.TOKENS)));
    assertThat(other.completions().getFirst().tokenIds()).hasSize(NEW_TOKENS);
    assertThat(service.numOpen()).isEqualTo(1);

    assertSame(group(paused), expected);
  }

  @Test
  void aRequestThatPausesBeforeAllSamplesHaveJoinedGoesOn() {
    SampledGroup expected = alone(request(2, 12, Events.COMPLETIONS)); // 8 places
    DecodingStream stream = service.submit(request(2, 12, Events.TOKENS));
    for (int i = 0; i < 20; i++) {
      nextToken(stream);
      runUntilIdle();
    }

    assertSame(group(stream), expected);
  }

  @Test
  void theNumberOfOpenRequestsIsBounded() {
    DecodingStream first = service.submit(request(0, 1, Events.COMPLETIONS));
    for (int i = 1; i < 4; i++) {
      service.submit(request(i, 1, Events.COMPLETIONS));
    }
    assertThatThrownBy(() -> service.submit(request(4, 1, Events.COMPLETIONS)))
        .isInstanceOf(QueueFullException.class)
        .hasMessage(
            "the number of open requests must be at most max-waiting-groups=4, got one more;"
                + " submit it again when one has ended");
    group(first);

    assertThat(group(service.submit(request(4, 1, Events.COMPLETIONS))).completions()).hasSize(1);
  }

  @Test
  void tokensOfAllSamplesComeBeforeTheirGroup() {
    DecodingStream stream = service.submit(request(7, 2, Events.TOKENS));
    List<TokenDecoded> tokens = new ArrayList<>();
    for (int i = 0; i < 2 * NEW_TOKENS; i++) {
      tokens.add((TokenDecoded) next(stream).orElseThrow());
    }
    SampledGroup group = group(stream);
    assertThat(next(stream)).isEmpty();
    for (Completion completion : group.completions()) {
      List<TokenDecoded> own =
          tokens.stream().filter(t -> t.sampleIndex() == completion.sampleIndex()).toList();
      assertThat(own.stream().mapToInt(TokenDecoded::tokenId).toArray())
          .isEqualTo(completion.tokenIds());
      assertThat(String.join("", own.stream().map(TokenDecoded::textDelta).toList()))
          .isEqualTo(completion.text());
      assertThat(own.getLast().ended()).contains(completion);
      assertThat(own.subList(0, own.size() - 1)).allMatch(token -> token.ended().isEmpty());
    }
  }

  @Test
  void aRequestJoinsWhileAnotherIsDecoded() {
    DecodingStream first = service.submit(request(0, 1, Events.TOKENS));
    nextToken(first);
    nextToken(first);
    DecodingStream second = service.submit(request(1, 1, Events.COMPLETIONS));
    second.next();
    group(first);
    runUntilIdle();

    assertThat(passes).as("passes for two times six tokens").hasValueLessThan(2 * NEW_TOKENS);
    assertThat(service.numOpen()).isZero();
  }

  @Test
  void settingsThatBeamSearchDoesNotSupportAreRefusedByName() {
    GenerationConfig beams = GenerationConfig.beams(NEW_TOKENS, 2);
    Map<String, GenerationConfig> unsupported =
        Map.of(
            "presence-penalty", beams.withPresencePenalty(1),
            "frequency-penalty", beams.withFrequencyPenalty(1),
            "constraint", beams.withConstraint(new OutputConstraint.JsonObject()));
    unsupported.forEach(
        (name, config) ->
            assertThatThrownBy(() -> service.submit(request(0, 1, config, Events.COMPLETIONS)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(name + " must be .* with beam search, got .*"));
    assertThat(service.numOpen()).isZero();
  }

  @Test
  void requestsWithDifferentStrategiesAndEqualGroupIdsAreDecodedTogether() {
    GenerationConfig beams =
        GenerationConfig.beams(NEW_TOKENS, 3).withNumReturnSequences(2).withEosTokenIds(Set.of());
    List<DecodingRequest> requests =
        List.of(
            request(5, 2, Events.COMPLETIONS),
            request(5, 2, Events.COMPLETIONS),
            request(5, 1, GenerationConfig.greedy(NEW_TOKENS), Events.COMPLETIONS),
            request(5, 2, beams, Events.COMPLETIONS));
    List<SampledGroup> alone = requests.stream().map(this::alone).toList();
    int passesAlone = passes.getAndSet(0);
    List<DecodingStream> streams = requests.stream().map(service::submit).toList();
    var events = streams.stream().map(stream -> stream.next().toCompletableFuture()).toList();
    runUntilIdle();

    for (int i = 0; i < requests.size(); i++) {
      RequestCompleted completed = (RequestCompleted) events.get(i).join().orElseThrow();
      assertSame(completed.group(), alone.get(i));
      assertThat(completed.beamScores()).hasSize(i == 3 ? 2 : 0);
    }
    assertThat(passesAlone).isEqualTo(4 * NEW_TOKENS);
    assertThat(passes).as("one batch and one beam search").hasValue(2 * NEW_TOKENS);
  }

  @Test
  void aRequestThatCannotBeDecodedIsRefused() {
    var prompt = ReferenceDecoding.prompt(3, 64);
    DecodingRequest unknown =
        new DecodingRequest(new GroupSpec(3, prompt, 1, 3), SAMPLING, Events.TOKENS);
    assertThatThrownBy(() -> service.submit(unknown))
        .hasMessageContaining("prompt 3 must contain only tokens below");
    GenerationConfig beams = GenerationConfig.beams(60, 40);
    assertThatThrownBy(() -> service.submit(request(0, 1, beams, Events.COMPLETIONS)))
        .hasMessage(
            "max-cached-tokens must be at least 2560 for num-beams=40 and prompt 0, got 1024;"
                + " lower num-beams or max-new-tokens");
    assertThat(service.numOpen()).isZero();
  }

  @Test
  void aReaderThatLeavesEndsItsRequest() {
    try (DecodingStream stream = service.submit(request(0, 1, Events.TOKENS))) {
      nextToken(stream);
    }
    runUntilIdle();

    assertThat(service.numOpen()).isZero();
    assertThat(passes).hasValue(1);
  }

  @Test
  void aCancelledRequestKeepsItsTokens() {
    DecodingStream running = service.submit(request(0, 2, Events.TOKENS));
    int first = nextToken(running);
    GenerationConfig beams = GenerationConfig.beams(NEW_TOKENS, 3);
    DecodingStream searching = service.submit(request(1, 1, beams, Events.COMPLETIONS));
    var beam = searching.next().toCompletableFuture();
    decoder.advance();
    DecodingStream unread = service.submit(request(2, 1, Events.COMPLETIONS));
    for (DecodingStream stream : List.of(running, searching, unread)) {
      stream.cancel("the client");
      stream.cancel("again");
    }
    runUntilIdle();

    var reason = new FinishReason.Cancelled("the client");
    List<Completion> completions = group(running).completions();
    assertThat(completions).extracting(Completion::finishReason).containsOnly(reason);
    assertThat(completions.getFirst().tokenIds()).startsWith(first);
    assertThat(((RequestCompleted) beam.join().orElseThrow()).group().completions())
        .extracting(Completion::finishReason)
        .containsExactly(reason);
    assertThat(group(unread).completions().getFirst().tokenIds()).isEmpty();
    assertThat(service.numOpen()).isZero();
  }

  @Test
  void weightsAreSwappedBetweenTokens() {
    service.swapWeights(() -> 3);
    DecodingStream stream = service.submit(request(0, 1, Events.TOKENS));
    nextToken(stream);
    nextToken(stream);
    var swapped = service.swapWeights(() -> 4).toCompletableFuture();
    Completion completion = group(stream).completions().getFirst();

    assertThat(swapped).isCompletedWithValue(4L);
    assertThat(completion.policyVersions()).containsExactly(3, 3, 4, 4, 4, 4);
    GenerationConfig beams = GenerationConfig.beams(3, 2).withEosTokenIds(Set.of());
    assertThat(alone(request(1, 1, beams, Events.COMPLETIONS)).oldestPolicyVersion()).isEqualTo(4);
  }

  @Test
  void aFailedPassFailsAllRequestsWithItsCause() {
    try (ReferenceDecoding broken = new ReferenceDecoding("llama-tied", 1);
        InlineDecoder failing =
            new InlineDecoder(
                broken.model(), broken.tokenizer(), new DecodingLimits(8, 1024, 64, 4))) {
      broken.model().namedParameters().get("model.norm.weight").filli(Double.NaN);
      GenerationConfig greedy = GenerationConfig.greedy(NEW_TOKENS);
      var streams =
          List.of(
              failing.service().submit(request(4, 1, greedy, Events.TOKENS)),
              failing.service().submit(request(5, 1, greedy, Events.COMPLETIONS)));
      var events = streams.stream().map(stream -> stream.next().toCompletableFuture()).toList();
      while (failing.advance()) {
        assertThat(failing.service().numPasses()).isZero();
      }

      String cause = "group 4: the logits at position 3 are not numbers under policy version 0";
      for (var event : events) {
        assertThatThrownBy(event::join)
            .isInstanceOf(CompletionException.class)
            .hasRootCauseMessage(cause);
      }
      assertThatThrownBy(() -> failing.service().submit(request(6, 1, Events.TOKENS)))
          .isInstanceOf(DecodingStoppedException.class)
          .hasMessage("decoding has failed: " + cause)
          .hasRootCauseMessage(cause);
      assertThat(failing.service().numOpen()).isZero();
    }
  }

  @Test
  void aFailedBeamSearchFailsAlone() {
    try (ReferenceDecoding broken = new ReferenceDecoding("llama-tied", 1);
        InlineDecoder failing =
            new InlineDecoder(
                broken.model(), broken.tokenizer(), new DecodingLimits(8, 1024, 64, 4))) {
      broken.model().namedParameters().get("model.norm.weight").filli(Double.NaN);
      GenerationConfig beams = GenerationConfig.beams(NEW_TOKENS, 3);
      var event =
          failing
              .service()
              .submit(request(4, 1, beams, Events.COMPLETIONS))
              .next()
              .toCompletableFuture();
      while (failing.advance()) {
        assertThat(failing.service().numPasses()).isLessThan(3);
      }

      assertThatThrownBy(event::join)
          .hasRootCauseMessage("prompt 4: the model's logits are not numbers");
      assertThat(failing.service().submit(request(6, 1, Events.TOKENS))).isNotNull();
    }
  }

  @Test
  void readersLearnWhyTheServiceStopped() {
    DecodingStream waiting = service.submit(request(0, 1, Events.TOKENS));
    nextToken(waiting);
    var event = waiting.next().toCompletableFuture();
    DecodingStream unread = service.submit(request(1, 1, Events.TOKENS));
    var stopped = service.stop("the evaluation has ended").toCompletableFuture();
    runUntilIdle();

    assertThat(stopped).isCompleted();
    String cause = "decoding has stopped: the evaluation has ended";
    assertThatThrownBy(event::join).hasRootCauseMessage(cause);
    assertThatThrownBy(() -> next(unread)).hasRootCauseMessage(cause);
    assertThatThrownBy(() -> service.submit(request(2, 1, Events.TOKENS)))
        .hasRootCauseMessage(cause);
    var swapped = service.swapWeights(() -> 1).toCompletableFuture();
    runUntilIdle();
    assertThatThrownBy(swapped::join).hasRootCauseMessage(cause);
    assertThat(passes).hasValue(1);
  }
}
