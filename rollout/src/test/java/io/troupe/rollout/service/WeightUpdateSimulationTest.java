package io.troupe.rollout.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ColdLogProbs;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.WeightVersions;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.engine.DecodingLimits.PrefixCaching;
import io.troupe.rollout.service.DecodingEvent.PromptScored;
import io.troupe.rollout.service.DecodingEvent.RequestCompleted;
import io.troupe.rollout.service.DecodingEvent.TokenDecoded;
import io.troupe.rollout.service.DecodingRequest.Events;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Weights are replaced at random moments while readers submit, read, pause and cancel. Every token
 * must be that of a pass without a cache, under the weights of its version. The schedule is a
 * function of the seed.
 */
@Timeout(300)
class WeightUpdateSimulationTest {
  private static final int MAX_OPEN = 16;
  private static final DecodingLimits LIMITS =
      new DecodingLimits(9, 16 * 30, 9, MAX_OPEN).withPrefixCaching(PrefixCaching.ON);

  /** One large request fills half of the cache. */
  private static final DecodingLimits SMALL =
      new DecodingLimits(9, 16 * 10, 9, MAX_OPEN).withPrefixCaching(PrefixCaching.ON);

  private static final LogProbs SCORED_PROMPT =
      new LogProbs(OptionalInt.empty(), OptionalInt.of(0));

  private final ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 1);
  private final WeightVersions versions = new WeightVersions(decoding.model());
  private final List<Reader> readers = new ArrayList<>();
  private final List<CompletableFuture<Long>> swaps = new ArrayList<>();
  private long nextVersion = 1;

  @AfterEach
  void closeModel() {
    decoding.close();
  }

  /** Prompts of two families, so that requests share pages. */
  private static DecodingRequest request(SplittableRandom random) {
    int family = random.nextInt(2);
    int[] prompt =
        IntStream.range(0, random.nextInt(1, 45)).map(i -> 3 + (family + i * 7) % 50).toArray();
    if (random.nextInt(3) == 0) {
      prompt[prompt.length - 1] = 7;
    }
    int maxNewTokens = random.nextInt(1, 18);
    GenerationConfig config =
        switch (random.nextInt(5)) {
          case 0, 1 -> GenerationConfig.greedy(maxNewTokens);
          case 2 -> GenerationConfig.beams(maxNewTokens, 3).withNumReturnSequences(2);
          default -> GenerationConfig.sampling(maxNewTokens, 1.3);
        };
    int numGenerations = config.doSample() ? random.nextInt(1, 7) : config.numReturnSequences();
    GroupSpec group =
        new GroupSpec(random.nextLong(3), ReferenceDecoding.prompt(0, prompt), numGenerations, 9);
    DecodingRequest request =
        new DecodingRequest(
            group,
            config.withEosTokenIds(Set.of()),
            random.nextBoolean() ? Events.TOKENS : Events.COMPLETIONS);
    boolean scoresPrompt = config.numBeams() == 1 && prompt.length > 1 && random.nextInt(3) == 0;
    return scoresPrompt ? request.withLogProbs(SCORED_PROMPT) : request;
  }

  private static final class Reader {
    final DecodingRequest request;
    final DecodingStream stream;
    CompletableFuture<Optional<DecodingEvent>> waiting;
    SampledGroup group;
    float[] promptLogProbs;

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
          case PromptScored scored -> promptLogProbs = scored.logProbs();
          case TokenDecoded _ -> {}
          case RequestCompleted completed -> group = completed.group();
        }
        waiting = null;
      }
      if (waiting == null && group == null) {
        waiting = stream.next().toCompletableFuture();
      }
    }
  }

  private void run(long seed, RunningRequests... modes) {
    run(seed, LIMITS, _ -> {}, modes);
  }

  private long run(
      long seed,
      DecodingLimits limits,
      Consumer<Reader> afterEachAction,
      RunningRequests... modes) {
    SplittableRandom random = new SplittableRandom(seed);
    long numPreemptions;
    try (InlineDecoder decoder =
        new InlineDecoder(decoding.model(), decoding.tokenizer(), limits)) {
      for (int i = 0; i < 1200; i++) {
        act(random, decoder, modes);
        readers.forEach(afterEachAction);
      }
      while (readers.stream().anyMatch(reader -> reader.group == null)) {
        readers.forEach(Reader::read);
        decoder.advance();
      }
      while (decoder.advance()) {
        assertThat(decoder.service().numOpen()).isZero();
      }
      assertThat(decoder.service().statistics().usedPages()).as("seed %d", seed).isZero();
      assertThat(decoder.service().statistics().numRunning()).as("seed %d", seed).isZero();
      assertThat(decoder.service().statistics().prefixHitTokens()).isPositive();
      numPreemptions = decoder.service().statistics().numPreemptions();
    }
    assertThat(readers).as("seed %d", seed).hasSizeGreaterThan(25);
    assertThat(swaps).hasSizeGreaterThan(15).allMatch(swap -> swap.isDone());
    return numPreemptions;
  }

  private void act(SplittableRandom random, InlineDecoder decoder, RunningRequests... modes) {
    DecodingService service = decoder.service();
    switch (random.nextInt(12)) {
      case 0, 1 -> {
        if (service.numOpen() < MAX_OPEN) {
          DecodingRequest request = request(random);
          readers.add(new Reader(request, service.submit(request)));
        }
      }
      case 2, 3, 4, 5, 6 -> {
        List<Reader> open = readers.stream().filter(reader -> reader.group == null).toList();
        if (!open.isEmpty()) {
          open.get(random.nextInt(open.size())).read();
        }
      }
      case 7 -> {
        if (!readers.isEmpty() && random.nextInt(12) == 0) {
          readers.get(random.nextInt(readers.size())).stream.cancel("chance");
        }
        if (random.nextInt(4) == 0) {
          long version = nextVersion++;
          RunningRequests mode = modes[random.nextInt(modes.length)];
          swaps.add(service.swapWeights(() -> versions.write(version), mode).toCompletableFuture());
          if (random.nextInt(10) == 0) {
            swaps.getLast().cancel(false);
          }
        }
      }
      default -> decoder.advance();
    }
  }

  private void check(long seed) {
    ColdLogProbs cold = new ColdLogProbs(decoding, versions);
    for (Reader reader : readers) {
      for (Completion completion : reader.group.completions()) {
        if (completion.tokenIds().length > 0) {
          cold.check("seed " + seed, reader.request, completion);
        }
      }
    }
  }

  /** A prompt is scored under one version, even if the weights change while it is read. */
  private void checkPrompts(long seed) {
    ColdLogProbs cold = new ColdLogProbs(decoding, versions);
    int numScored = 0;
    for (Reader reader : readers) {
      if (reader.promptLogProbs != null) {
        numScored++;
        float[] scored = reader.promptLogProbs;
        int[] prompt = reader.request.group().prompt().tokenIds();
        double temperature =
            reader.request.config().doSample() ? reader.request.config().temperature() : 1;
        assertThat(LongStream.range(0, nextVersion))
            .as("seed %d, %s", seed, reader.request)
            .anyMatch(
                version ->
                    Arrays.equals(
                        cold.ofPrompt(version, prompt, temperature),
                        Arrays.copyOfRange(scored, 1, scored.length)));
      }
    }
    assertThat(numScored).isPositive();
  }

  private long numVersions(Completion completion) {
    return Arrays.stream(completion.policyVersions()).distinct().count();
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
  void runningRequestsContinueWithTheTokensOfTheNewWeights(long seed) {
    run(seed, RunningRequests.RECOMPUTE);
    check(seed);
    checkPrompts(seed);
    assertThat(readers.stream().flatMap(reader -> reader.group.completions().stream()))
        .as("completions under several versions")
        .anyMatch(completion -> numVersions(completion) > 2);
  }

  @ParameterizedTest
  @CsvSource({"11", "12", "13", "14"})
  void allKindsOfUpdatesAndTheirMixtureLeaveNoStalePage(long seed) {
    run(seed, RunningRequests.RECOMPUTE, RunningRequests.WAIT, RunningRequests.ABORT);
    check(seed);
  }

  @ParameterizedTest
  @CsvSource({"41", "42", "43", "44", "45", "46"})
  void requestsWhosePagesWentToOthersContinueWithTheTokensOfTheNewWeights(long seed) {
    RunningRequests[] modes =
        seed % 2 == 0
            ? new RunningRequests[] {RunningRequests.RECOMPUTE}
            : new RunningRequests[] {
              RunningRequests.RECOMPUTE, RunningRequests.WAIT, RunningRequests.ABORT
            };
    assertThat(run(seed, SMALL, Reader::pause, modes)).as("seed %d", seed).isGreaterThan(3);
    check(seed);
    checkPrompts(seed);
  }

  @ParameterizedTest
  @CsvSource({"21", "22", "23"})
  void runningRequestsEndBeforeTheWeightsChange(long seed) {
    run(seed, RunningRequests.WAIT);
    check(seed);
    for (Reader reader : readers) {
      assertThat(reader.group.completions())
          .allMatch(completion -> numVersions(completion) <= 1)
          .extracting(Completion::finishReason)
          .doesNotContain(new FinishReason.Cancelled("a weight update"));
    }
  }

  @ParameterizedTest
  @CsvSource({"31", "32", "33"})
  void runningRequestsAreCancelledWhenTheWeightsChange(long seed) {
    run(seed, RunningRequests.ABORT);
    check(seed);
    assertThat(readers.stream().flatMap(reader -> reader.group.completions().stream()))
        .allMatch(completion -> numVersions(completion) <= 1)
        .extracting(Completion::finishReason)
        .contains(new FinishReason.Cancelled("a weight update"));
  }
}
