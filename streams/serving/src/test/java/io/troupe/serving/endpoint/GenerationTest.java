package io.troupe.serving.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.constraint.validation.OutputValidator;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingRequest;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.service.DecodingStatistics;
import io.troupe.rollout.service.DecodingStream;
import io.troupe.rollout.service.InlineDecoder;
import io.troupe.rollout.service.LogProbs;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.serving.ModelFolder;
import io.troupe.serving.health.Progress;
import io.troupe.serving.metrics.ServingMetrics;
import io.troupe.serving.request.GenerationRequest;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generations over a decoder that works step by step on the thread of the test. */
@Timeout(120)
class GenerationTest {
  private static final int CAPACITY = 4;
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final CausalLM MODEL =
      PretrainedModel.load(ReferenceModel.named("llama3-untied").folder(), ENGINE);

  private int capacity = CAPACITY;
  private final InlineDecoder decoder =
      new InlineDecoder(
          MODEL, new CharacterTokenizer(ModelFolder.ALPHABET), new DecodingLimits(8, 1024, 64, 64));
  private final ServingMetrics metrics = new ServingMetrics("test", 64);
  private final Progress progress = new Progress();
  private final ScheduledThreadPoolExecutor timer = Endpoint.timer();
  private AnswerCheck check = new AnswerCheck(OutputValidator.ANY_TEXT);
  private final AdmissionGate gate =
      new AdmissionGate(
          ServingConfig.from(
                  ConfigFactory.parseString(
                      "load { max-requests = 2, max-pending-prompt-tokens = 9 }"))
              .load(),
          decoder.service().passTimes());

  @AfterEach
  void close() {
    timer.shutdownNow();
    decoder.close();
  }

  @AfterAll
  static void closeModel() {
    MODEL.close();
    ENGINE.close();
  }

  private Generation generation(int numPrompts, int numTokens) {
    return generation(numPrompts, numTokens, Duration.ofMinutes(1));
  }

  private Generation generation(int numPrompts, int numTokens, Duration timeout) {
    return generation(
        numPrompts, GenerationConfig.greedy(numTokens).withEosTokenIds(Set.of()), timeout);
  }

  private Generation generation(int numPrompts, GenerationConfig config, Duration timeout) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < numPrompts; i++) {
      prompts.add(new Prompt(i, "", new int[] {5, 9 + i, 17}, Map.of()));
    }
    GenerationRequest request =
        new GenerationRequest(
            "r", "test", prompts, config, Events.TOKENS, SpecialTokenText.HIDDEN, LogProbs.NONE);
    AdmissionGate.Place place =
        gate.enter(
            request.numPromptTokens(), request.numCompletions(), AdmissionGate.Reading.AT_ONCE);
    List<DecodingStream> streams = new ArrayList<>();
    for (DecodingRequest decoding : request.decodingRequests()) {
      streams.add(decoder.service().submit(decoding));
    }
    Generation generation =
        new Generation(streams, place, progress, metrics.request(), check, capacity);
    generation.start(timer, timeout);
    return generation;
  }

  private void runUntilIdle() {
    int steps = 0;
    while (decoder.advance()) {
      assertThat(++steps).isLessThan(10_000);
    }
  }

  private List<GenerationEvent> readAll(Generation generation) {
    List<GenerationEvent> events = new ArrayList<>();
    while (true) {
      CompletableFuture<Optional<GenerationEvent>> next = generation.next().toCompletableFuture();
      while (!next.isDone() && decoder.advance()) {
        // decodes
      }
      Optional<GenerationEvent> event = next.join();
      if (event.isEmpty()) {
        return events;
      }
      events.add(event.get());
    }
  }

  @Test
  void eventsOfEveryPromptArriveInOrder() {
    List<GenerationEvent> events = readAll(generation(2, 5));
    for (int prompt = 0; prompt < 2; prompt++) {
      int index = prompt;
      List<GenerationEvent> own = events.stream().filter(e -> e.promptIndex() == index).toList();
      assertThat(own).hasSize(6);
      GenerationEvent.Completed end = (GenerationEvent.Completed) own.getLast();
      int[] ids = end.result().group().completions().getFirst().tokenIds();
      assertThat(own.subList(0, 5))
          .map(e -> ((GenerationEvent.Token) e).token().tokenId())
          .containsExactly(ids[0], ids[1], ids[2], ids[3], ids[4]);
    }
    assertThat(gate.numRequests()).isZero();
    assertThat(progress.waited()).isZero();
    assertThat(timer.getQueue()).as("deadlines of requests that have ended").isEmpty();
    assertThat(metrics.scrape())
        .contains("troupe_request_queue_time_seconds_count{model_name=\"test\"} 1")
        .contains("troupe_request_prefill_time_seconds_count{model_name=\"test\"} 1");
  }

  @Test
  void aReaderThatDoesNotReadStopsItsOwnDecodingOnly() {
    Generation slow = generation(1, 30);
    Generation fast = generation(1, 30);
    assertThat(readAll(fast)).hasSize(31);
    runUntilIdle();
    assertThat(decoder.service().numOpen()).isEqualTo(1);
    assertThat(progress.waited()).isZero();
    int buffered = 0;
    while (slow.poll().isPresent()) {
      buffered++;
    }
    assertThat(buffered).isEqualTo(CAPACITY);
    assertThat(readAll(slow)).hasSize(31 - CAPACITY);
  }

  /** Prompts of 16 completions each; one of them fills the cache. */
  private Generation largeGeneration(int numPrompts) {
    GenerationConfig config =
        GenerationConfig.sampling(50, 1.2)
            .withSeed(3)
            .withNumReturnSequences(16)
            .withEosTokenIds(Set.of());
    return generation(numPrompts, config, Duration.ofMinutes(1));
  }

  private static String tokens(List<GenerationEvent> events) {
    return events.stream()
        .filter(GenerationEvent.Token.class::isInstance)
        .map(event -> (GenerationEvent.Token) event)
        .sorted(Comparator.comparing(t -> t.promptIndex() * 100 + t.token().sampleIndex()))
        .map(t -> t.token().tokenId() + " " + t.token().logProb() + "\n")
        .collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aReaderThatDoesNotReadLeavesThePagesOfItsRequestToOthers(int numPrompts) {
    String undisturbed = tokens(readAll(largeGeneration(numPrompts)));
    Generation stalled = largeGeneration(numPrompts);
    runUntilIdle();
    long before = decoder.service().statistics().numPreemptions();
    for (int i = 0; i < 5; i++) {
      assertThat(readAll(generation(1, 30))).hasSize(31);
    }
    DecodingStatistics statistics = decoder.service().statistics();
    assertThat(statistics.numPreemptions()).isEqualTo(before + 1);
    assertThat(statistics.usedPages()).isZero();
    assertThat(statistics.numRunning()).isZero();
    assertThat(statistics.numWaiting()).isEqualTo(numPrompts);

    assertThat(tokens(readAll(stalled))).isEqualTo(undisturbed);
    assertThat(decoder.service().statistics().numPreemptions())
        .as("a prompt goes on until it ends")
        .isLessThanOrEqualTo(before + 1 + numPrompts);
  }

  @Test
  void withoutABufferATokenIsDecodedWhenItIsRequested() {
    capacity = 0;
    Generation generation = generation(1, 30);
    runUntilIdle();
    assertThat(decoder.service().numPasses()).isZero();
    for (int i = 1; i <= 30; i++) {
      CompletableFuture<Optional<GenerationEvent>> next = generation.next().toCompletableFuture();
      runUntilIdle();
      assertThat(next.join().orElseThrow()).isInstanceOf(GenerationEvent.Token.class);
      assertThat(decoder.service().numPasses()).isEqualTo(i);
    }
    assertThat(readAll(generation)).hasSize(1);
    assertThat(readAll(generation(3, 4))).hasSize(15);
    assertThat(gate.numRequests()).isZero();
  }

  @Test
  void aCanceledGenerationLeavesNothingBehind() {
    Generation generation = generation(2, 30);
    CompletableFuture<Optional<GenerationEvent>> next = generation.next().toCompletableFuture();
    generation.close();
    assertThat(next.join()).isEmpty();
    assertThat(gate.numRequests()).isZero();
    runUntilIdle();
    assertThat(decoder.service().numOpen()).isZero();
    assertThat(progress.waited()).isZero();
    assertThat(generation.next().toCompletableFuture().join()).isEmpty();
    generation.close();
    assertThat(gate.numRequests()).isZero();
  }

  @Test
  void aGenerationFailsAtItsDeadline() {
    Generation generation = generation(1, 30, Duration.ofMillis(1));
    assertThatThrownBy(() -> generation.next().toCompletableFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(DeadlineException.class);
    runUntilIdle();
    assertThat(decoder.service().numOpen()).isZero();
    assertThat(gate.numRequests()).isZero();
  }

  @Test
  void aFailedDecoderFailsTheGeneration() {
    Generation generation = generation(2, 30);
    decoder.service().stop("the test");
    runUntilIdle();
    assertThatThrownBy(() -> readAll(generation)).hasMessageContaining("the test");
    assertThat(gate.numRequests()).isZero();
  }

  @Test
  void aCompleteAnswerThatBreaksItsConstraintIsAnError() {
    check = new AnswerCheck(OutputValidator.of(new OutputConstraint.Regex("[0-9]+")));
    assertThat(readAll(generation(1, 3))).as("cut off by its length").hasSize(4);
    Set<Integer> everyToken = IntStream.range(0, 61).boxed().collect(Collectors.toSet());
    Generation ended =
        generation(
            1, GenerationConfig.greedy(3).withEosTokenIds(everyToken), Duration.ofMinutes(1));
    assertThatThrownBy(() -> readAll(ended))
        .hasMessageContaining("must satisfy the constraint of its request");
    runUntilIdle();
    assertThat(gate.numRequests()).isZero();
  }

  @Test
  void admissionCountsRequestsAndPromptTokens() {
    Generation first = generation(1, 3);
    generation(1, 3);
    assertThatThrownBy(() -> generation(1, 3))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.BUSY))
        .hasMessageContaining("max-requests=2");
    first.close();
    assertThatThrownBy(() -> generation(3, 3)).hasMessageContaining("max-pending-prompt-tokens=9");
    assertThatThrownBy(() -> generation(4, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("12 tokens");
    generation(2, 3);
  }
}
