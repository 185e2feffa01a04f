package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.ColdLogProbs;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.WeightVersions;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingEvent.PromptScored;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.service.DecodingRequest.Events;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class WeightUpdateTest {
  private final ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 1);
  private final WeightVersions versions = new WeightVersions(decoding.model());
  private final AtomicInteger passes = new AtomicInteger();
  private final InlineDecoder decoder =
      new InlineDecoder(
          CountedPasses.of(decoding.model(), passes),
          decoding.tokenizer(),
          new DecodingLimits(8, 16 * 6, 8)); // 6 pages
  private final DecodingService service = decoder.service();

  @AfterEach
  void close() {
    decoder.close();
    decoding.close();
  }

  private static DecodingRequest request(
      int promptLength, int numGenerations, int maxNewTokens, Events events) {
    GenerationConfig config =
        GenerationConfig.sampling(maxNewTokens, 1.2).withEosTokenIds(Set.of());
    int[] prompt = new int[promptLength];
    for (int i = 0; i < promptLength; i++) {
      prompt[i] = 3 + i % 50;
    }
    var group = new GroupSpec(5, ReferenceDecoding.prompt(5, prompt), numGenerations, 3);
    return new DecodingRequest(group, config, events);
  }

  private void runUntilIdle() {
    while (decoder.advance()) {
      assertThat(passes).hasValueLessThan(1000);
    }
  }

  private static CompletableFuture<Optional<DecodingEvent>> next(DecodingStream stream) {
    return stream.next().toCompletableFuture();
  }

  /** Reads a token with as few passes as possible. */
  private void readToken(DecodingStream stream) {
    var event = next(stream);
    runUntilIdle();
    assertThat(event.join().orElseThrow()).isInstanceOf(TokenDecoded.class);
  }

  private List<Completion> complete(CompletableFuture<Optional<DecodingEvent>> event) {
    runUntilIdle();
    return ((RequestCompleted) event.join().orElseThrow()).group().completions();
  }

  private CompletableFuture<Long> swap(long version, RunningRequests running) {
    return service.swapWeights(() -> versions.write(version), running).toCompletableFuture();
  }

  @Test
  void keysAreComputedAgainInPlaceWhenEveryPageIsInUse() {
    DecodingRequest request = request(20, 4, 13, Events.COMPLETIONS); // 2 pages, then 1 each
    var event = next(service.submit(request));
    for (int i = 0; i < 7; i++) {
      decoder.advance(); // 3 of them read the prompt
    }
    assertThat(service.statistics().usedPages()).isGreaterThanOrEqualTo(5);
    CompletableFuture<Long> swapped = swap(1, RunningRequests.RECOMPUTE);
    List<Completion> completions = complete(event);

    assertThat(swapped).isCompletedWithValue(1L);
    assertThat(completions).hasSize(4);
    for (Completion completion : completions) {
      assertThat(completion.policyVersions()).startsWith(0, 0).endsWith(1, 1);
      new ColdLogProbs(decoding, versions).check("in place", request, completion);
    }
    assertThat(service.statistics().usedPages()).isZero();
  }

  @Test
  void aRequestThatIsComputedAgainCanBeCancelledBetweenParts() {
    DecodingStream stream = service.submit(request(60, 1, 4, Events.TOKENS));
    readToken(stream);
    swap(1, RunningRequests.RECOMPUTE);
    var event = next(stream);
    int before = passes.get();
    while (passes.get() < before + 3) { // of 8 parts
      decoder.advance();
    }
    stream.cancel("the client");
    runUntilIdle();

    assertThat(passes).hasValue(before + 4);
    assertThat(service.statistics().usedPages()).isZero();
    assertThat(((RequestCompleted) event.join().orElseThrow()).group().completions().getFirst())
        .extracting(Completion::finishReason)
        .isEqualTo(new FinishReason.Cancelled("the client"));
  }

  private PromptScored score(DecodingRequest request, int passesBeforeTheUpdate) {
    DecodingStream stream = service.submit(request);
    var event = next(stream);
    for (int i = 0; i <= passesBeforeTheUpdate; i++) {
      decoder.advance(); // the first one starts the request
    }
    if (passesBeforeTheUpdate > 0) {
      assertThat(swap(1, RunningRequests.RECOMPUTE)).isNotNull();
    }
    runUntilIdle();
    PromptScored scored = (PromptScored) event.join().orElseThrow();
    complete(next(stream));
    return scored;
  }

  @Test
  void aPromptThatIsScoredWhileWeightsChangeHasTheLogProbsOfTheNewOnes() {
    DecodingRequest request =
        new DecodingRequest(
                request(60, 1, 1, Events.COMPLETIONS).group(),
                GenerationConfig.greedy(1),
                Events.PROMPT)
            .withLogProbs(new LogProbs(OptionalInt.empty(), OptionalInt.of(3)));
    PromptScored before = score(request, 0);

    PromptScored during = score(request, 3); // of 8 parts

    PromptScored after = score(request, 0);
    assertThat(during.logProbs()).isEqualTo(after.logProbs());
    assertThat(during.alternatives()).isEqualTo(after.alternatives());
    for (int i = 1; i < 60; i++) {
      assertThat(during.logProbs()[i]).isNotEqualTo(before.logProbs()[i]);
    }
  }

  @Test
  void requestsInTheQueueWaitForWeightsThatWaitForTheBatch() {
    DecodingStream running = service.submit(request(4, 1, 3, Events.TOKENS));
    readToken(running);
    CompletableFuture<Long> swapped = swap(7, RunningRequests.WAIT);
    var queued = next(service.submit(request(4, 1, 3, Events.COMPLETIONS)));
    var search =
        next(
            service.submit(
                new DecodingRequest(
                    request(4, 1, 1, Events.COMPLETIONS).group(),
                    GenerationConfig.beams(3, 2).withEosTokenIds(Set.of()),
                    Events.COMPLETIONS)));
    runUntilIdle();
    assertThat(List.of(swapped, queued, search)).noneMatch(CompletableFuture::isDone);

    readToken(running);
    readToken(running);
    assertThat(swapped).isCompletedWithValue(7L);
    assertThat(complete(queued).getFirst().policyVersions()).containsExactly(7, 7, 7);
    assertThat(complete(search).getFirst().policyVersions()).containsExactly(7, 7, 7);
  }

  @Test
  void weightsThatWaitCanBeWithdrawn() {
    DecodingStream paused = service.submit(request(4, 1, 3, Events.TOKENS));
    readToken(paused);
    CompletableFuture<Long> swapped = swap(7, RunningRequests.WAIT);
    var queued = next(service.submit(request(4, 1, 2, Events.COMPLETIONS)));
    runUntilIdle();
    assertThat(queued).isNotDone();
    swapped.cancel(false);

    assertThat(complete(queued).getFirst().policyVersions()).containsExactly(0, 0);
  }

  @Test
  void cancellingTheLastRunningRequestLetsTheWeightsChange() {
    DecodingStream paused = service.submit(request(4, 1, 3, Events.TOKENS));
    readToken(paused);
    CompletableFuture<Long> swapped = swap(7, RunningRequests.WAIT);
    runUntilIdle();
    assertThat(swapped).isNotDone();
    paused.cancel("the client");
    runUntilIdle();

    assertThat(swapped).isCompletedWithValue(7L);
  }

  @Test
  void weightsThatWaitLearnWhyTheServiceStopped() {
    DecodingStream paused = service.submit(request(4, 1, 3, Events.TOKENS));
    readToken(paused);
    CompletableFuture<Long> swapped = swap(7, RunningRequests.WAIT);
    runUntilIdle();
    service.stop("the server has been drained");
    runUntilIdle();

    assertThatThrownBy(swapped::join)
        .hasRootCauseMessage("decoding has stopped: the server has been drained");
  }

  @Test
  void anUpdateThatAbortsCancelsTheBatchAndLeavesTheQueue() {
    DecodingStream running = service.submit(request(40, 1, 20, Events.TOKENS)); // 5 pages
    readToken(running);
    var queued = next(service.submit(request(40, 1, 20, Events.COMPLETIONS)));
    runUntilIdle();
    CompletableFuture<Long> swapped = swap(2, RunningRequests.ABORT);
    Completion cancelled = complete(next(running)).getFirst();

    assertThat(swapped).isCompletedWithValue(2L);
    assertThat(cancelled.finishReason()).isEqualTo(new FinishReason.Cancelled("a weight update"));
    assertThat(cancelled.tokenIds()).hasSize(1);
    assertThat(complete(queued).getFirst().policyVersions()).hasSize(20).containsOnly(2);
  }

  @Test
  void aCancelledRequestLeavesItsPagesToThoseThatWait() {
    DecodingStream paused = service.submit(request(40, 1, 20, Events.TOKENS)); // 5 of 6 pages
    readToken(paused);
    var queued = next(service.submit(request(40, 1, 20, Events.COMPLETIONS)));
    runUntilIdle();
    assertThat(service.statistics().numRunning()).isEqualTo(1);
    assertThat(service.statistics().numWaiting()).isEqualTo(1);
    paused.cancel("its deadline");

    assertThat(complete(queued).getFirst().tokenIds()).hasSize(20);
  }

  /** A request that has a token, and whose pages are in use by another one that has ended. */
  private DecodingStream preempted() {
    DecodingStream stalled = service.submit(request(40, 1, 20, Events.TOKENS)); // 5 of 6 pages
    readToken(stalled);
    stalled.pause();
    DecodingRequest other = request(40, 1, 20, Events.COMPLETIONS);
    assertThat(complete(next(service.submit(other))).getFirst().tokenIds()).hasSize(20);
    DecodingStatistics statistics = service.statistics();
    assertThat(statistics.numPreemptions()).isEqualTo(1);
    assertThat(statistics.usedPages() + statistics.numRunning()).isZero();
    assertThat(statistics.numWaiting()).isEqualTo(1);
    return stalled;
  }

  @Test
  void weightsWaitForARequestWhosePagesWentToOthersUntilItsDeadline() {
    DecodingStream stalled = preempted();
    CompletableFuture<Long> swapped = swap(7, RunningRequests.WAIT);
    runUntilIdle();
    readToken(stalled);
    assertThat(swapped).isNotDone();
    stalled.cancel("its deadline");

    Completion completion = complete(next(stalled)).getFirst();
    assertThat(completion.policyVersions()).containsExactly(0, 0);
    assertThat(completion.finishReason()).isEqualTo(new FinishReason.Cancelled("its deadline"));
    assertThat(swapped).isCompletedWithValue(7L);
  }

  @Test
  void anUpdateThatAbortsCancelsARequestWhosePagesWentToOthers() {
    DecodingStream stalled = preempted();
    CompletableFuture<Long> swapped = swap(2, RunningRequests.ABORT);

    assertThat(complete(next(stalled)).getFirst().finishReason())
        .isEqualTo(new FinishReason.Cancelled("a weight update"));
    assertThat(swapped).isCompletedWithValue(2L);
  }

  @ParameterizedTest
  @EnumSource(names = {"KEEP_CACHE", "RECOMPUTE"})
  void aRequestWhosePagesWentToOthersContinuesWithTheNewWeights(RunningRequests running) {
    DecodingStream stalled = preempted();
    assertThat(swap(1, running)).isNotCompletedExceptionally();
    for (int i = 1; i < 20; i++) {
      readToken(stalled);
    }
    Completion completion = complete(next(stalled)).getFirst();
    assertThat(completion.policyVersions()).startsWith(0, 1).endsWith(1, 1);
    DecodingRequest request = request(40, 1, 20, Events.TOKENS);
    new ColdLogProbs(decoding, versions).check("new weights", request, completion);
  }

  @Test
  void aReaderThatIsLateKeepsItsPagesUnlessItPauses() {
    DecodingStream late = service.submit(request(40, 1, 20, Events.TOKENS));
    readToken(late);
    var queued = next(service.submit(request(40, 1, 20, Events.COMPLETIONS)));
    runUntilIdle();
    assertThat(queued).isNotDone();
    late.pause();

    assertThat(complete(queued).getFirst().tokenIds()).hasSize(20);
    late.cancel("the client");
    runUntilIdle();
    assertThat(service.numOpen()).isZero();
  }

  @Test
  void aLongPromptOfABeamSearchIsReadInParts() {
    GenerationConfig beams = GenerationConfig.beams(2, 2).withEosTokenIds(Set.of());
    GroupSpec group = request(30, 1, 1, Events.COMPLETIONS).group();
    DecodingRequest request = new DecodingRequest(group, beams, Events.COMPLETIONS);
    Completion completion = complete(next(service.submit(request))).getFirst();

    assertThat(passes).as("parts of 8, 8, 8 and 6 tokens, then one token").hasValue(5);
    new ColdLogProbs(decoding, versions).check("parts", request, completion);
  }

  @Test
  void statisticsCountTokensAndPasses() {
    assertThat(service.statistics().numPasses()).isZero();
    complete(next(service.submit(request(10, 2, 5, Events.COMPLETIONS))));
    DecodingStatistics statistics = service.statistics();

    assertThat(statistics.numPages()).isEqualTo(6);
    assertThat(statistics.promptTokens()).isEqualTo(10);
    assertThat(statistics.completionTokens()).isEqualTo(2 * 5);
    assertThat(statistics.numPasses()).isEqualTo(passes.get()).isEqualTo(2 + 4);
    assertThat(statistics.prefixQueryTokens()).isZero();
    assertThat(statistics.numRunning() + statistics.numWaiting()).isZero();
  }
}
