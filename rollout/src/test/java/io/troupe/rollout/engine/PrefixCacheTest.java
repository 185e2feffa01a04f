package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.WeightVersions;
import io.troupe.rollout.engine.DecodingLimits.PrefixCaching;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Samples do not depend on what the prefix cache has. */
class PrefixCacheTest {
  private static final DecodingLimits LIMITS =
      new DecodingLimits(4, 16 * 20, 64).withPrefixCaching(PrefixCaching.ON);
  private static final GenerationConfig SAMPLING =
      GenerationConfig.sampling(12, 1.1).withEosTokenIds(Set.of());

  private final ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 1);
  private final DecodingEngine engine = Decoding.engine(decoding, LIMITS);
  private final Map<Long, Integer> cachedTokens = new HashMap<>();

  @AfterEach
  void close() {
    engine.close();
    decoding.close();
  }

  private static int[] prompt(int length) {
    return IntStream.range(0, length).map(i -> 3 + i * 7 % 50).toArray();
  }

  private SampledGroup decode(GroupSpec group) {
    List<SampledGroup> results = new ArrayList<>();
    engine.submit(group, SAMPLING, listener(group.groupId(), results));
    while (engine.step()) {
      assertThat(engine.numWaiting()).isZero();
    }
    assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
    return results.getFirst();
  }

  private CompletionListener listener(long groupId, List<SampledGroup> results) {
    return new CompletionListener() {
      @Override
      public void onAdmitted(int numCachedTokens) {
        cachedTokens.put(groupId, numCachedTokens);
      }

      @Override
      public void onCompleted(SampledGroup group) {
        results.add(group);
      }
    };
  }

  private SampledGroup cold(GroupSpec group) {
    try (DecodingEngine other = Decoding.engine(decoding, Decoding.ROOMY)) {
      return Decoding.run(other, List.of(group), SAMPLING).get(group.groupId());
    }
  }

  private static void assertSame(String name, SampledGroup actual, SampledGroup expected) {
    for (Completion completion : expected.completions()) {
      Completion other = actual.completions().get(completion.sampleIndex());
      assertThat(other.tokenIds()).as(name).isEqualTo(completion.tokenIds());
      assertThat(other.logProbs()).as(name).isEqualTo(completion.logProbs());
    }
  }

  @ParameterizedTest
  @CsvSource({"15, 0", "16, 0", "17, 16", "32, 16", "33, 32", "40, 32"})
  void fullPagesOfAPromptAreUsedAgainExceptForItsLastToken(int length, int cached) {
    decode(Decoding.group(1, 1, prompt(length)));
    GroupSpec second = Decoding.group(2, 3, prompt(length));

    assertSame("second", decode(second), cold(second));
    assertThat(cachedTokens).containsEntry(1L, 0).containsEntry(2L, cached);
    assertThat(engine.tokenCounts().prefixQueryTokens()).isEqualTo(2 * length);
    assertThat(engine.tokenCounts().prefixHitTokens()).isEqualTo(cached);
    assertThat(engine.tokenCounts().promptTokens()).isEqualTo(2 * length);
    assertThat(engine.tokenCounts().completionTokens()).isEqualTo(4 * 12);
  }

  @Test
  void aPromptIsUsedWhileItsFirstGroupIsDecoded() {
    GroupSpec first = Decoding.group(1, 1, prompt(40));
    GroupSpec second = Decoding.group(2, 2, prompt(38));
    List<SampledGroup> results = new ArrayList<>();
    engine.submit(first, SAMPLING, listener(1, results));
    engine.step();
    engine.submit(second, SAMPLING, listener(2, results));
    while (engine.step()) {
      assertThat(engine.numWaiting()).isZero();
    }

    assertThat(cachedTokens).containsEntry(2L, 32);
    for (SampledGroup result : results) {
      assertSame("group", result, cold(result.spec()));
    }
  }

  @Test
  void theNextTurnOfAChatUsesTheCompletionToo() {
    int[] prompt = prompt(20);
    int[] completion = decode(Decoding.group(1, 1, prompt)).completions().getFirst().tokenIds();
    int[] next = Arrays.copyOf(prompt, 40);
    System.arraycopy(completion, 0, next, 20, completion.length);
    Arrays.fill(next, 32, 40, 9);
    GroupSpec turn = Decoding.group(2, 1, next);

    assertSame("turn", decode(turn), cold(turn));
    // The keys of the last token of the completion, at position 31, are not computed.
    assertThat(cachedTokens).containsEntry(2L, 16);
    assertThat(completion).hasSize(12);
    next = Arrays.copyOf(next, 50);
    GroupSpec third = Decoding.group(3, 1, next);
    assertSame("third turn", decode(third), cold(third));
    assertThat(cachedTokens).containsEntry(3L, 32);
  }

  @Test
  void withoutPrefixCachingNothingIsLookedUp() {
    try (DecodingEngine off =
        Decoding.engine(decoding, LIMITS.withPrefixCaching(PrefixCaching.OFF))) {
      Decoding.run(off, List.of(Decoding.group(1, 1, prompt(40))), SAMPLING);
      Decoding.run(off, List.of(Decoding.group(2, 1, prompt(40))), SAMPLING);
      assertThat(off.tokenCounts().prefixQueryTokens()).isZero();
      assertThat(off.tokenCounts().prefixHitTokens()).isZero();
    }
  }

  @Test
  void aPromptThatIsScoredIsComputedAndThenCached() {
    decode(Decoding.group(1, 1, prompt(40)));
    List<float[]> scores = new ArrayList<>();
    for (DecodingEngine scoring : List.of(engine, Decoding.engine(decoding, Decoding.ROOMY))) {
      scoring.submit(
          Decoding.group(2, 1, prompt(40)),
          SAMPLING,
          new CompletionListener() {
            @Override
            public void onAdmitted(int numCachedTokens) {
              assertThat(numCachedTokens).isZero();
            }

            @Override
            public OptionalInt numPromptAlternatives() {
              return OptionalInt.of(0);
            }

            @Override
            public void onPrompt(PromptLogProbs logProbs) {
              scores.add(logProbs.logProbs());
            }

            @Override
            public void onCompleted(SampledGroup group) {}
          });
      while (scoring.step()) {
        assertThat(scoring.numRunning()).isLessThanOrEqualTo(1);
      }
      if (scoring != engine) {
        scoring.close();
      }
    }
    assertThat(scores).hasSize(2);
    assertThat(scores.getFirst()).isEqualTo(scores.getLast());
  }

  @Test
  void pagesOfOlderWeightsAreNotUsed() {
    WeightVersions versions = new WeightVersions(decoding.model());
    decode(Decoding.group(1, 1, prompt(40)));
    engine.weightsChanged(versions.write(1));
    GroupSpec second = Decoding.group(2, 1, prompt(40));
    SampledGroup result = decode(second);

    assertSame("new weights", result, cold(second));
    assertThat(cachedTokens).containsEntry(2L, 0);
    assertThat(result.completions()).isNotEqualTo(decode(second).completions());
    engine.weightsChanged(versions.write(0));
    assertSame("first weights again", decode(second), cold(second));
  }

  @Test
  void pagesThatTwoVersionsHaveComputedAreNotUsed() {
    WeightVersions versions = new WeightVersions(decoding.model());
    List<SampledGroup> results = new ArrayList<>();
    engine.submit(Decoding.group(1, 1, prompt(30)), SAMPLING, results::add);
    engine.step();
    engine.step();
    engine.weightsChanged(versions.write(1)); // the running group keeps its keys and values
    while (engine.step()) {
      assertThat(engine.numRunning()).isLessThanOrEqualTo(1);
    }
    assertThat(results.getFirst().completions().getFirst().policyVersions()).contains(0, 1);
    GroupSpec second = Decoding.group(2, 1, prompt(30));

    assertSame("second", decode(second), cold(second));
    assertThat(cachedTokens).containsEntry(2L, 0);
  }

  @Test
  void longSequencesOfAModelWhosePositionsDependOnTheLengthAreNotCached() {
    try (ReferenceDecoding dynamic = new ReferenceDecoding("llama-dynamic", 1);
        DecodingEngine other = Decoding.engine(dynamic, LIMITS)) {
      int limit = dynamic.model().maxReusableLength();
      assertThat(limit).isLessThan(dynamic.model().config().maxPositionEmbeddings());
      GenerationConfig one = SAMPLING.withMaxNewTokens(1);
      Decoding.run(other, List.of(Decoding.group(1, 1, prompt(limit))), one);
      assertThat(other.tokenCounts().prefixQueryTokens()).isZero();
      Decoding.run(other, List.of(Decoding.group(1, 1, prompt(limit - 1))), one);
      assertThat(other.tokenCounts().prefixQueryTokens()).isEqualTo(limit - 1);
    }
  }

  /** Prompts from few beginnings, in a cache that is too small for all of them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void samplesAreTheSameInARandomMixWithEvictionsAndNewWeights(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    WeightVersions versions = new WeightVersions(decoding.model());
    long version = 0;
    for (int round = 0; round < 4; round++) {
      engine.weightsChanged(versions.write(version));
      List<SampledGroup> results = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        int[] prompt = prompt(random.nextInt(1, 50));
        for (int at = 16 * random.nextInt(4); at < prompt.length; at++) {
          prompt[at] = 3 + random.nextInt(2);
        }
        long id = 100 * round + i;
        engine.submit(
            Decoding.group(id, random.nextInt(1, 5), prompt), SAMPLING, listener(id, results));
        for (int step = random.nextInt(6); step > 0; step--) {
          engine.step();
        }
        if (random.nextInt(5) == 0) {
          engine.cancel(id, "chance");
        }
      }
      while (engine.step()) {
        assertThat(engine.numRunning()).isLessThanOrEqualTo(4);
      }
      assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
      for (SampledGroup result : results) {
        SampledGroup alone = cold(result.spec());
        for (Completion completion : result.completions()) {
          String name = "seed " + seed + ", group " + result.spec().groupId();
          Completion expected = alone.completions().get(completion.sampleIndex());
          int length = completion.tokenIds().length;
          assertThat(completion.tokenIds())
              .as(name)
              .isEqualTo(Arrays.copyOf(expected.tokenIds(), length));
          assertThat(completion.logProbs())
              .as(name)
              .isEqualTo(Arrays.copyOf(expected.logProbs(), length));
        }
      }
      version = 1 - version;
    }
    assertThat(engine.tokenCounts().prefixHitTokens()).isPositive();
  }
}
