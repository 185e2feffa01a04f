package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.service.DecodingEvent.PromptScored;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.service.DecodingRequest.Events;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Readers submit, read, pause, cancel and leave at random, while weights are swapped. The schedule
 * is a function of the seed, since the decoder runs on the thread of the test.
 */
@Timeout(120)
class DecodingSimulationTest {
  private static final ReferenceDecoding DECODING = new ReferenceDecoding("llama3-untied", 1);
  private static final LogProbs OF_PROMPT = new LogProbs(OptionalInt.empty(), OptionalInt.of(2));
  private static final int MAX_OPEN = 5;
  private static final DecodingLimits LIMITS = new DecodingLimits(4, 16 * 20, 7, MAX_OPEN);
  private static final DecodingLimits SMALL = new DecodingLimits(4, 16 * 7, 7, MAX_OPEN);

  @AfterAll
  static void closeModel() {
    DECODING.close();
  }

  private static DecodingRequest request(SplittableRandom random) {
    int[] prompt = random.ints(random.nextInt(1, 30), 3, 61).toArray();
    int maxNewTokens = random.nextInt(1, 9);
    Set<Integer> eos = random.nextBoolean() ? Set.of() : Set.of(3, 4, 5, 6, 7, 8, 9, 10);
    GenerationConfig config =
        switch (random.nextInt(6)) {
          case 0 -> GenerationConfig.greedy(maxNewTokens);
          case 1 -> GenerationConfig.beams(maxNewTokens, 3);
          case 2 ->
              GenerationConfig.greedy(maxNewTokens)
                  .withPresencePenalty(1.2)
                  .withLogitBias(Map.of(9, 2.0))
                  .withMinNewTokens(Math.min(3, maxNewTokens));
          case 3 ->
              GenerationConfig.sampling(maxNewTokens, 1.5)
                  .withConstraint(new OutputConstraint.Regex("[A-Z]{1,6}(x|y)"));
          default ->
              GenerationConfig.sampling(maxNewTokens, 1.5).withStopStrings(List.of("A", "bc"));
        };
    int numGenerations = config.doSample() ? random.nextInt(1, 7) : 1;
    long groupId = random.nextLong(3);
    GroupSpec group =
        new GroupSpec(groupId, ReferenceDecoding.prompt(0, prompt), numGenerations, 9);
    Events events = random.nextBoolean() ? Events.TOKENS : Events.COMPLETIONS;
    if (config.numBeams() > 1) {
      return new DecodingRequest(group, config.withEosTokenIds(eos), events);
    }
    events = random.nextInt(5) == 0 ? Events.PROMPT : events;
    return new DecodingRequest(group, config.withEosTokenIds(eos), events)
        .withLogProbs(random.nextInt(3) == 0 ? OF_PROMPT : LogProbs.NONE);
  }

  /** A request with the events that its reader has taken. */
  private static final class Reader {
    final DecodingRequest request;
    final DecodingStream stream;
    final List<TokenDecoded> tokens = new ArrayList<>();
    CompletableFuture<Optional<DecodingEvent>> waiting;
    PromptScored prompt;
    SampledGroup group;

    Reader(DecodingRequest request, DecodingStream stream) {
      this.request = request;
      this.stream = stream;
    }

    /** Lets others have the pages of the request, if it waits for nothing. */
    void pause() {
      if (waiting != null && waiting.isDone()) {
        stream.pause();
      }
    }

    void read() {
      if (waiting != null && waiting.isDone()) {
        switch (waiting.join().orElseThrow()) {
          case TokenDecoded token -> tokens.add(token);
          case PromptScored scored -> {
            assertThat(tokens).as("the prompt comes first").isEmpty();
            prompt = scored;
          }
          case RequestCompleted(SampledGroup completed, var _, var _) -> group = completed;
        }
        waiting = null;
      }
      if (waiting == null && group == null) {
        waiting = stream.next().toCompletableFuture();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyRequestEndsWithTheTokensThatItHasAlone(long seed) {
    run(seed, 300, LIMITS, _ -> {});
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void requestsWhosePagesWentToOthersHaveTheTokensThatTheyHaveAlone(long seed) {
    DecodingLimits limits =
        seed % 2 == 0 ? SMALL : SMALL.withPrefixCaching(DecodingLimits.PrefixCaching.ON);
    DecodingStatistics statistics = run(seed, 2000, limits, Reader::pause);
    assertThat(statistics.numPreemptions()).as("seed %d", seed).isGreaterThan(3);
    assertThat(statistics.usedPages()).as("seed %d", seed).isZero();
  }

  private static DecodingStatistics run(
      long seed, int numActions, DecodingLimits limits, Consumer<Reader> afterEachAction) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Reader> readers = new ArrayList<>();
    DecodingStatistics statistics;
    try (InlineDecoder decoder =
        new InlineDecoder(DECODING.model(), DECODING.tokenizer(), limits)) {
      for (int i = 0; i < numActions; i++) {
        act(random, decoder, readers);
        readers.forEach(afterEachAction);
      }
      for (int i = 0; readers.stream().anyMatch(reader -> reader.group == null); i++) {
        assertThat(i).as("seed %d, %s", seed, decoder.service().statistics()).isLessThan(50_000);
        readers.forEach(Reader::read);
        decoder.advance();
      }
      assertThat(decoder.service().numOpen()).as("seed %d", seed).isZero();
      statistics = decoder.service().statistics();
    }
    assertThat(readers).as("seed %d", seed).hasSizeGreaterThan(10);
    try (InlineDecoder alone = new InlineDecoder(DECODING.model(), DECODING.tokenizer(), LIMITS)) {
      readers.forEach(reader -> check(seed, reader, alone));
    }
    return statistics;
  }

  private static void act(SplittableRandom random, InlineDecoder decoder, List<Reader> readers) {
    DecodingService service = decoder.service();
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        if (service.numOpen() < MAX_OPEN) {
          DecodingRequest request = request(random);
          readers.add(new Reader(request, service.submit(request)));
        }
      }
      case 2, 3, 4 -> {
        if (!readers.isEmpty()) {
          readers.get(random.nextInt(readers.size())).read();
        }
      }
      case 5 -> {
        if (!readers.isEmpty() && random.nextInt(4) == 0) {
          readers.get(random.nextInt(readers.size())).stream.cancel("chance");
        }
        if (random.nextInt(4) == 0) {
          service.swapWeights(() -> random.nextLong(100));
        }
      }
      default -> decoder.advance();
    }
  }

  private static DecodingEvent next(DecodingStream stream, InlineDecoder decoder) {
    var event = stream.next().toCompletableFuture();
    while (decoder.advance()) {
      assertThat(decoder.service().numOpen()).isLessThanOrEqualTo(1);
    }
    return event.join().orElseThrow();
  }

  private static void checkPrompt(long seed, Reader reader, PromptScored alone) {
    if (reader.prompt == null) {
      assertThat(reader.group.completions().getFirst().finishReason())
          .as("seed %d: the prompt is missing because of it", seed)
          .isInstanceOf(FinishReason.Cancelled.class);
      return;
    }
    assertThat(reader.prompt.logProbs()).as("seed %d", seed).isEqualTo(alone.logProbs());
    assertThat(reader.prompt.alternatives()).as("seed %d", seed).isEqualTo(alone.alternatives());
  }

  private static void check(long seed, Reader reader, InlineDecoder decoder) {
    DecodingRequest request = reader.request;
    Events events = request.events() == Events.PROMPT ? Events.PROMPT : Events.COMPLETIONS;
    var stream =
        decoder
            .service()
            .submit(
                new DecodingRequest(request.group(), request.config(), events)
                    .withLogProbs(request.logProbs()));
    if (request.logProbs().prompt().isPresent()) {
      checkPrompt(seed, reader, (PromptScored) next(stream, decoder));
    }
    SampledGroup alone = ((RequestCompleted) next(stream, decoder)).group();
    for (Completion completion : reader.group.completions()) {
      Completion expected = alone.completions().get(completion.sampleIndex());
      String name = "seed " + seed + ", " + request;
      int length = completion.tokenIds().length;
      if (completion.finishReason() instanceof FinishReason.Cancelled) {
        assertThat(length).as(name).isLessThanOrEqualTo(expected.tokenIds().length);
      } else {
        assertThat(completion.finishReason()).as(name).isEqualTo(expected.finishReason());
        assertThat(completion.text()).as(name).isEqualTo(expected.text());
      }
      assertThat(completion.tokenIds())
          .as(name)
          .isEqualTo(Arrays.copyOf(expected.tokenIds(), length));
      assertThat(completion.logProbs())
          .as(name)
          .isEqualTo(Arrays.copyOf(expected.logProbs(), length));
      if (request.events() == Events.TOKENS && request.config().numBeams() == 1) {
        assertThat(
                reader.tokens.stream()
                    .filter(token -> token.sampleIndex() == completion.sampleIndex())
                    .mapToInt(TokenDecoded::tokenId))
            .as(name)
            .containsExactly(Arrays.stream(completion.tokenIds()).boxed().toArray(Integer[]::new));
      }
    }
  }
}
