package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.DecodingLimits.PrefixCaching;
import io.troupe.rollout.sampling.TokenLogProb;
import io.troupe.rollout.service.DecodingEvent.PromptScored;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.service.DecodingRequest.Events;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests of all kinds in one batch. */
class MixedRequestsTest {
  private static final LogProbs BOTH = new LogProbs(OptionalInt.of(5), OptionalInt.of(3));
  private static final LogProbs OF_PROMPT = new LogProbs(OptionalInt.empty(), OptionalInt.of(20));
  private static final DecodingLimits ROOMY = new DecodingLimits(64, 16 * 400, 512);

  private static List<DecodingRequest> requests() {
    GenerationConfig greedy = GenerationConfig.greedy(14).withEosTokenIds(Set.of(2, 9));
    GenerationConfig sampling = GenerationConfig.sampling(14, 1.1).withEosTokenIds(Set.of(2, 9));
    List<GenerationConfig> configs =
        List.of(
            greedy,
            greedy.withPresencePenalty(1.5),
            greedy.withPresencePenalty(1.5), // may share the kernels of its neighbor
            sampling.withFrequencyPenalty(1.2).withMinNewTokens(6),
            greedy,
            sampling.withLogitBias(Map.of(9, 3.0, 31, -100.0)),
            sampling.withSampling(0.8, 12, 0.9, 0.02).withRepetitionPenalty(1.3),
            greedy.withMinNewTokens(8).withStopTokenIds(Set.of(16, 40)),
            sampling.withStopTokenIds(Set.of(5, 7, 11, 13, 17)),
            greedy.withConstraint(new OutputConstraint.Regex("([a-z]{3}[0-5])+")),
            sampling.withConstraint(new OutputConstraint.Regex("[A-Z]{1,9}x")).withMinNewTokens(3),
            greedy);
    SplittableRandom random = new SplittableRandom(8);
    List<DecodingRequest> requests = new ArrayList<>();
    for (int i = 0; i < 3 * configs.size(); i++) {
      GenerationConfig config = configs.get(i % configs.size());
      int[] prompt = random.ints(random.nextInt(1, 40), 3, 61).toArray();
      GroupSpec group =
          new GroupSpec(i, ReferenceDecoding.prompt(i, prompt), config.doSample() ? 2 : 1, 7);
      requests.add(
          switch (i % 7) {
            case 0, 3 -> new DecodingRequest(group, config, Events.TOKENS).withLogProbs(BOTH);
            case 5 -> new DecodingRequest(group, config, Events.PROMPT).withLogProbs(OF_PROMPT);
            case 6 -> new DecodingRequest(group, config, Events.COMPLETIONS);
            default -> new DecodingRequest(group, config, Events.TOKENS);
          });
    }
    return requests;
  }

  /** The events of one request, as text with every bit of every number; samples one by one. */
  private static String text(List<DecodingEvent> events) {
    StringBuilder prompt = new StringBuilder();
    StringBuilder end = new StringBuilder();
    Map<Integer, StringBuilder> samples = new TreeMap<>();
    for (DecodingEvent event : events) {
      switch (event) {
        case PromptScored(float[] logProbs, List<List<TokenLogProb>> alternatives) ->
            prompt.append(Arrays.toString(logProbs)).append(alternatives);
        case TokenDecoded token ->
            samples
                .computeIfAbsent(token.sampleIndex(), _ -> new StringBuilder())
                .append(text(token))
                .append('\n');
        case RequestCompleted completed -> {
          completed.group().completions().forEach(completion -> end.append(text(completion)));
        }
      }
    }
    return "%s%n%s%n%s".formatted(prompt, samples, end);
  }

  private static String text(TokenDecoded token) {
    return "%d %d %s %s %d %s %s"
        .formatted(
            token.sampleIndex(),
            token.tokenId(),
            token.logProb(),
            token.textDelta(),
            token.policyVersion(),
            token.alternatives(),
            token.ended().map(MixedRequestsTest::text));
  }

  private static String text(Completion completion) {
    return Arrays.toString(completion.tokenIds())
        + Arrays.toString(completion.logProbs())
        + completion.text()
        + completion.finishReason();
  }

  /** Decodes requests together; the events of each. */
  private static List<List<DecodingEvent>> decode(
      ReferenceDecoding decoding, DecodingLimits limits, List<DecodingRequest> requests) {
    List<List<DecodingEvent>> events = new ArrayList<>();
    List<CompletableFuture<Optional<DecodingEvent>>> next = new ArrayList<>();
    try (InlineDecoder decoder =
        new InlineDecoder(decoding.model(), decoding.tokenizer(), limits)) {
      List<DecodingStream> streams = requests.stream().map(decoder.service()::submit).toList();
      for (DecodingStream stream : streams) {
        events.add(new ArrayList<>());
        next.add(stream.next().toCompletableFuture());
      }
      boolean isOpen = true;
      while (isOpen) {
        isOpen = false;
        for (int i = 0; i < streams.size(); i++) {
          while (next.get(i).isDone() && next.get(i).join().isPresent()) {
            events.get(i).add(next.get(i).join().get());
            next.set(i, streams.get(i).next().toCompletableFuture());
          }
          isOpen |= !next.get(i).isDone();
        }
        decoder.advance();
      }
    }
    return events;
  }

  @Test
  void aRequestHasTheSameEventsAloneAndInAnyBatch() {
    List<DecodingRequest> requests = requests();
    List<String> alone = new ArrayList<>();
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama-tied", 1)) {
      for (DecodingRequest request : requests) {
        alone.add(text(decode(decoding, ROOMY, List.of(request)).getFirst()));
      }
    }
    assertThat(alone).doesNotHaveDuplicates();
    List<DecodingLimits> variants =
        List.of(
            ROOMY,
            new DecodingLimits(64, 16 * 400, 7), // prompts in chunks of 7
            new DecodingLimits(5, 16 * 30, 16, 64, PrefixCaching.ON));
    for (int threads = 1; threads <= 2; threads++) {
      try (ReferenceDecoding decoding = new ReferenceDecoding("llama-tied", threads)) {
        for (DecodingLimits limits : variants) {
          List<List<DecodingEvent>> together = decode(decoding, limits, requests);
          for (int i = 0; i < requests.size(); i++) {
            assertThat(text(together.get(i)))
                .as("request %d with %s and %d threads", i, limits, threads)
                .isEqualTo(alone.get(i));
          }
        }
      }
    }
  }

  @Test
  void aTokenAmongItsAlternativesHasItsLogProbability() {
    int found = 0;
    try (ReferenceDecoding decoding = new ReferenceDecoding("gpt2", 2)) {
      for (List<DecodingEvent> events : decode(decoding, ROOMY, requests())) {
        for (DecodingEvent event : events) {
          if (!(event instanceof TokenDecoded token) || token.alternatives().isEmpty()) {
            continue;
          }
          assertThat(token.alternatives())
              .hasSize(5)
              .isSortedAccordingTo(MixedRequestsTest::better);
          for (TokenLogProb alternative : token.alternatives()) {
            if (alternative.tokenId() == token.tokenId()) {
              assertThat(alternative.logProb()).isEqualTo(token.logProb());
              found++;
            }
          }
        }
      }
    }
    assertThat(found).isGreaterThan(20);
  }

  private static int better(TokenLogProb a, TokenLogProb b) {
    return Float.compare(b.logProb(), a.logProb());
  }

  @Test
  void thePromptIsScoredBeforeTheFirstTokenAndWithOtherRequestsCached() {
    int[] prompt = {5, 17, 4, 33, 9, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34};
    GroupSpec group = new GroupSpec(0, ReferenceDecoding.prompt(0, prompt), 1, 7);
    GenerationConfig greedy = GenerationConfig.greedy(3);
    DecodingRequest plain = new DecodingRequest(group, greedy, Events.COMPLETIONS);
    DecodingRequest scored = new DecodingRequest(group, greedy, Events.TOKENS).withLogProbs(BOTH);
    DecodingLimits cached = ROOMY.withPrefixCaching(PrefixCaching.ON);
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama-tied", 1)) {
      List<DecodingRequest> inTurn = new ArrayList<>(List.of(plain, scored));
      try (InlineDecoder decoder =
          new InlineDecoder(decoding.model(), decoding.tokenizer(), cached)) {
        List<DecodingEvent> events = new ArrayList<>();
        for (DecodingRequest request : inTurn) {
          events.clear();
          DecodingStream stream = decoder.service().submit(request);
          var next = stream.next().toCompletableFuture();
          while (!next.isDone() || next.join().isPresent()) {
            if (next.isDone()) {
              events.add(next.join().orElseThrow());
              next = stream.next().toCompletableFuture();
            }
            decoder.advance();
          }
        }
        assertThat(events).hasSize(5);
        assertThat(((PromptScored) events.getFirst()).logProbs())
            .hasSize(prompt.length)
            .doesNotContain(0f);
        assertThat(((RequestCompleted) events.getLast()).numCachedTokens()).isZero();
        assertThat(text(events))
            .isEqualTo(text(decode(decoding, ROOMY, List.of(scored)).getFirst()));
      }
    }
  }

  @Test
  void aPromptThatFillsTheContextIsScored() {
    int[] prompt = new SplittableRandom(3).ints(64, 3, 61).toArray();
    GroupSpec group = new GroupSpec(0, ReferenceDecoding.prompt(0, prompt), 2, 7);
    DecodingRequest request =
        new DecodingRequest(group, GenerationConfig.greedy(1), Events.PROMPT)
            .withLogProbs(OF_PROMPT);
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama-tied", 1)) {
      List<DecodingEvent> events = decode(decoding, ROOMY, List.of(request)).getFirst();
      assertThat(events).hasSize(2);
      assertThat(((PromptScored) events.getFirst()).alternatives().get(63)).hasSize(20);
      assertThat(((RequestCompleted) events.getLast()).group().completions())
          .extracting(Completion::finishReason)
          .containsExactly(new FinishReason.LengthLimit(0), new FinishReason.LengthLimit(0));
    }
  }

  @Test
  void requestsForEventsThatDoNotExistAreRefused() {
    GroupSpec group = new GroupSpec(0, ReferenceDecoding.prompt(0, 3, 4), 1, 7);
    GenerationConfig beams = GenerationConfig.beams(4, 2);
    assertThatThrownBy(
            () ->
                new DecodingRequest(
                    group,
                    GenerationConfig.greedy(4),
                    Events.COMPLETIONS,
                    SpecialTokenText.HIDDEN,
                    BOTH))
        .hasMessage("logprobs must be absent in a request without token events, got 5");
    assertThatThrownBy(() -> new LogProbs(OptionalInt.of(21), OptionalInt.empty()))
        .hasMessage("logprobs must be in [0, 20], got 21");
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama-tied", 1);
        InlineDecoder decoder = new InlineDecoder(decoding.model(), decoding.tokenizer(), ROOMY)) {
      DecodingService service = decoder.service();
      DecodingRequest scoredBeams =
          new DecodingRequest(group, beams, Events.COMPLETIONS).withLogProbs(OF_PROMPT);
      assertThatThrownBy(() -> service.submit(scoredBeams))
          .hasMessage(
              "num-beams must be 1 in a request for log-probabilities of the prompt or"
                  + " alternatives, got 2");
      GenerationConfig unknown = GenerationConfig.greedy(4).withLogitBias(Map.of(61, 1.0));
      assertThatThrownBy(() -> service.submit(new DecodingRequest(group, unknown, Events.TOKENS)))
          .hasMessage(
              "logit-bias must have only tokens below the model's vocab_size 61, got token 61");
    }
  }
}
