package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.DecodingLimits.PrefixCaching;
import io.troupe.rollout.kvcache.PagedKvCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of groups whose readers pause go to groups that wait for pages. */
class PreemptionTest {
  private static final ReferenceDecoding DECODING = new ReferenceDecoding("llama3-untied", 1);
  private static final int MANY = 2000;

  @AfterAll
  static void closeModel() {
    DECODING.close();
  }

  private static GenerationConfig greedy(int tokens) {
    return GenerationConfig.greedy(tokens).withEosTokenIds(Set.of());
  }

  private static GenerationConfig sampling(int tokens) {
    return GenerationConfig.sampling(tokens, 1.2).withEosTokenIds(Set.of());
  }

  private static int[] prompt(int length, int seed) {
    return new SplittableRandom(seed).ints(length, 3, 61).toArray();
  }

  /** A reader that can pause, with everything that it gets. */
  private static final class Reader implements CompletionListener {
    final GroupSpec spec;
    final GenerationConfig config;
    final boolean scoresPrompt;
    final List<DecodedToken> tokens = new ArrayList<>();
    boolean hasDemand = true;
    PromptLogProbs prompt;
    SampledGroup result;
    int numAdmitted;

    Reader(GroupSpec spec, GenerationConfig config, boolean scoresPrompt) {
      this.spec = spec;
      this.config = config;
      this.scoresPrompt = scoresPrompt;
    }

    @Override
    public boolean hasDemand() {
      return hasDemand;
    }

    @Override
    public boolean keepsPages() {
      return false;
    }

    @Override
    public boolean wantsTokens() {
      return true;
    }

    @Override
    public int numAlternatives() {
      return 2;
    }

    @Override
    public OptionalInt numPromptAlternatives() {
      return scoresPrompt ? OptionalInt.of(1) : OptionalInt.empty();
    }

    @Override
    public void onAdmitted(int numCachedTokens) {
      numAdmitted++;
    }

    @Override
    public void onPrompt(PromptLogProbs logProbs) {
      assertThat(prompt).isNull();
      prompt = logProbs;
    }

    @Override
    public void onToken(DecodedToken token) {
      tokens.add(token);
    }

    @Override
    public void onCompleted(SampledGroup group) {
      assertThat(result).isNull();
      result = group;
    }
  }

  private static Reader submit(
      DecodingEngine engine, long id, int numGenerations, int[] prompt, GenerationConfig config) {
    return submit(engine, new Reader(Decoding.group(id, numGenerations, prompt), config, false));
  }

  private static Reader submit(DecodingEngine engine, Reader reader) {
    engine.submit(reader.spec, reader.config, reader);
    return reader;
  }

  private static void runUntilIdle(DecodingEngine engine) {
    int steps = 0;
    while (engine.step()) {
      assertThat(steps++).isLessThan(MANY);
    }
  }

  private static Reader alone(Reader reader) {
    Reader alone = new Reader(reader.spec, reader.config, reader.scoresPrompt);
    try (DecodingEngine engine = Decoding.engine(DECODING, Decoding.ROOMY)) {
      submit(engine, alone);
      runUntilIdle(engine);
    }
    return alone;
  }

  private static List<DecodedToken> ofSample(Reader reader, int sampleIndex) {
    return reader.tokens.stream().filter(token -> token.sampleIndex() == sampleIndex).toList();
  }

  /** Checks tokens, log-probabilities, alternatives, text and ends, all to the bit. */
  private static void assertUndisturbed(String name, Reader reader) {
    Reader alone = alone(reader);
    assertThat(reader.result).as(name).isNotNull();
    for (Completion expected : alone.result.completions()) {
      Completion completion = reader.result.completions().get(expected.sampleIndex());
      assertThat(completion.tokenIds()).as(name).isEqualTo(expected.tokenIds());
      assertThat(completion.logProbs()).as(name).isEqualTo(expected.logProbs());
      assertThat(completion.text()).as(name).isEqualTo(expected.text());
      assertThat(completion.finishReason()).as(name).isEqualTo(expected.finishReason());
      assertThat(ofSample(reader, expected.sampleIndex()))
          .as(name)
          .usingRecursiveComparison()
          .isEqualTo(ofSample(alone, expected.sampleIndex()));
    }
    assertThat(reader.prompt == null).as(name).isEqualTo(alone.prompt == null);
    if (alone.prompt != null) {
      assertThat(reader.prompt.logProbs()).as(name).isEqualTo(alone.prompt.logProbs());
      assertThat(reader.prompt.alternatives()).as(name).isEqualTo(alone.prompt.alternatives());
    }
    assertThat(reader.numAdmitted).as(name).isEqualTo(1);
  }

  private static void assertEmpty(DecodingEngine engine) {
    assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
    assertThat(engine.numRunning() + engine.numPreempted() + engine.numRunningGroups()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aStalledReaderLeavesItsPagesToOthersAndGetsTheSameTokens(PrefixCaching caching) {
    DecodingLimits limits = new DecodingLimits(4, 16 * 11, 16).withPrefixCaching(caching);
    try (DecodingEngine engine = Decoding.engine(DECODING, limits)) {
      Reader stalled = submit(engine, 0, 3, prompt(20, 1), sampling(40)); // 11 pages
      for (int i = 0; i < 25; i++) {
        engine.step();
      }
      stalled.hasDemand = false;
      int before = stalled.tokens.size();
      List<Reader> others = new ArrayList<>();
      for (int id = 1; id < 9; id++) {
        others.add(submit(engine, id, 1, prompt(30, id), sampling(20))); // 5 pages
      }
      runUntilIdle(engine);
      others.forEach(other -> assertUndisturbed("other", other));
      assertThat(stalled.tokens).hasSize(before);
      assertThat(engine.numPreempted()).isEqualTo(1);
      assertThat(engine.numRunningGroups()).isZero();
      assertThat(engine.numFreePages()).isEqualTo(engine.numPages());

      stalled.hasDemand = true;
      runUntilIdle(engine);
      assertUndisturbed("stalled", stalled);
      assertThat(engine.numPreemptions()).isEqualTo(1);
      assertThat(engine.tokenCounts().completionTokens()).isEqualTo(3 * 40 + 8 * 20);
      assertEmpty(engine);
    }
  }

  @Test
  void aPausedGroupKeepsItsPagesWhileNobodyNeedsThem() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 9, 16))) {
      Reader paused = submit(engine, 0, 1, prompt(20, 1), greedy(20)); // 4 pages
      engine.step();
      engine.step();
      engine.step();
      paused.hasDemand = false;
      Reader other = submit(engine, 1, 1, prompt(20, 2), greedy(40)); // 5 pages
      runUntilIdle(engine);
      assertThat(other.result).isNotNull();
      assertThat(engine.numPreemptions()).isZero();
      paused.hasDemand = true;
      runUntilIdle(engine);
      assertUndisturbed("paused", paused);
    }
  }

  @Test
  void nothingIsPreemptedForAGroupThatWouldNotFitNevertheless() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 8, 16))) {
      Reader paused = submit(engine, 0, 1, prompt(20, 1), greedy(10)); // 2 pages
      Reader running = submit(engine, 1, 1, prompt(20, 2), greedy(40)); // 4 pages
      for (int i = 0; i < 5; i++) {
        engine.step();
      }
      paused.hasDemand = false;
      Reader large = submit(engine, 2, 1, prompt(30, 3), greedy(30)); // 5 pages at first
      while (running.result == null) {
        assertThat(engine.numPreemptions()).isZero();
        engine.step();
      }
      runUntilIdle(engine);
      assertUndisturbed("large", large);
      assertThat(engine.numPreemptions()).as("6 pages were free").isZero();
    }
  }

  @Test
  void theGroupThatHasPausedForTheLongestTimeIsPreemptedFirst() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(6, 16 * 15, 16))) {
      List<Reader> readers = new ArrayList<>();
      for (int id = 0; id < 3; id++) {
        readers.add(submit(engine, id, 1, prompt(20, id), greedy(30))); // 4 pages
      }
      for (int i = 0; i < 8; i++) {
        engine.step();
      }
      for (int id : new int[] {1, 2, 0}) {
        readers.get(id).hasDemand = false;
        engine.step();
      }
      submit(engine, 3, 1, prompt(20, 3), greedy(20)); // 4 pages at first, 3 are free
      runUntilIdle(engine);
      assertThat(engine.numPreemptions()).isEqualTo(1);
      readers.get(0).hasDemand = true;
      readers.get(2).hasDemand = true;
      runUntilIdle(engine);
      assertThat(readers)
          .extracting(reader -> reader.result != null)
          .containsExactly(true, false, true);
      assertThat(engine.numPreempted()).isEqualTo(1);
      readers.get(1).hasDemand = true;
      runUntilIdle(engine);
      readers.forEach(reader -> assertUndisturbed("reader", reader));
      assertEmpty(engine);
    }
  }

  @Test
  void aSmallGroupIsSparedIfALargeOneMustGoAnyway() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(6, 16 * 14, 16))) {
      Reader small = submit(engine, 0, 1, prompt(20, 1), greedy(10)); // 2 pages
      Reader large = submit(engine, 1, 3, prompt(20, 2), sampling(40)); // 10 pages
      for (int i = 0; i < 8; i++) {
        engine.step();
      }
      small.hasDemand = false;
      engine.step();
      large.hasDemand = false;
      Reader other = submit(engine, 2, 1, prompt(20, 3), greedy(40)); // 5 pages at first
      runUntilIdle(engine);
      assertUndisturbed("other", other);
      assertThat(engine.numPreemptions()).isEqualTo(1);
      assertThat(engine.numRunning()).as("the small one").isEqualTo(1);
      large.hasDemand = true;
      small.hasDemand = true;
      runUntilIdle(engine);
      assertUndisturbed("small", small);
      assertUndisturbed("large", large);
    }
  }

  @Test
  void samplesThatWaitForPagesGetThoseOfAPausedGroup() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(8, 16 * 10, 16))) {
      Reader paused = submit(engine, 0, 1, prompt(20, 1), greedy(40)); // 4 pages
      for (int i = 0; i < 5; i++) {
        engine.step();
      }
      paused.hasDemand = false;
      Reader group = submit(engine, 1, 4, prompt(20, 2), sampling(30)); // 2 pages, then 3 each
      runUntilIdle(engine);
      assertUndisturbed("group", group);
      assertThat(engine.numPreemptions()).isEqualTo(1);
    }
  }

  @Test
  void aPausedGroupWithSamplesThatWaitForPagesStepsAside() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(8, 16 * 7, 16))) {
      Reader joining = submit(engine, 0, 4, prompt(20, 1), sampling(40)); // 2 pages, then 3 each
      for (int i = 0; i < 6; i++) {
        engine.step();
      }
      assertThat(engine.numRunning()).isEqualTo(1);
      joining.hasDemand = false;
      Reader other = submit(engine, 1, 1, prompt(20, 2), greedy(40)); // 5 pages
      runUntilIdle(engine);
      assertUndisturbed("other", other);
      joining.hasDemand = true;
      runUntilIdle(engine);
      assertUndisturbed("joining", joining);
      assertThat(engine.numPreemptions()).isEqualTo(1);
      assertEmpty(engine);
    }
  }

  @Test
  void aPreemptedGroupThatIsCanceledKeepsItsTokens() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 8, 16))) {
      Reader stalled = submit(engine, 0, 2, prompt(20, 1), sampling(40)); // all pages
      for (int i = 0; i < 10; i++) {
        engine.step();
      }
      stalled.hasDemand = false;
      Reader other = submit(engine, 1, 1, prompt(40, 2), greedy(20));
      runUntilIdle(engine);
      assertThat(other.result).isNotNull();
      engine.cancel(0, "its deadline");

      for (Completion completion : stalled.result.completions()) {
        assertThat(completion.finishReason()).isEqualTo(new FinishReason.Cancelled("its deadline"));
        assertThat(completion.tokenIds())
            .hasSize(9)
            .isEqualTo(
                ofSample(stalled, completion.sampleIndex()).stream()
                    .mapToInt(DecodedToken::tokenId)
                    .toArray());
      }
      assertEmpty(engine);
      assertThat(engine.step()).isFalse();
    }
  }

  @Test
  void preemptedGroupsReturnWhileTheQueueIsHeldAndEndWithTheBatch() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 8, 16))) {
      Reader stalled = submit(engine, 0, 1, prompt(40, 1), sampling(20));
      for (int i = 0; i < 10; i++) {
        engine.step();
      }
      stalled.hasDemand = false;
      submit(engine, 1, 1, prompt(40, 2), greedy(20));
      runUntilIdle(engine);
      assertThat(engine.numPreempted()).isEqualTo(1);
      engine.hold(true);
      Reader queued = submit(engine, 2, 1, prompt(40, 3), greedy(40));
      stalled.hasDemand = true;
      runUntilIdle(engine);
      assertUndisturbed("stalled", stalled);
      assertThat(queued.numAdmitted).isZero();
      engine.hold(false);
      runUntilIdle(engine);
      assertThat(queued.result).isNotNull();
    }
  }

  @Test
  void cancelingTheBatchEndsPreemptedGroupsToo() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 8, 16))) {
      Reader stalled = submit(engine, 0, 1, prompt(40, 1), sampling(20));
      for (int i = 0; i < 10; i++) {
        engine.step();
      }
      stalled.hasDemand = false;
      submit(engine, 1, 1, prompt(40, 2), greedy(20));
      runUntilIdle(engine);
      engine.cancelRunning("a weight update");
      assertThat(stalled.result).isNotNull();
      assertEmpty(engine);
    }
  }

  /**
   * Readers take turns in a cache for one of them; a group in the queue is admitted nevertheless.
   */
  @Test
  void returningGroupsOvertakeTheQueueABoundedNumberOfTimes() {
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 5, 64))) {
      List<Reader> slow = new ArrayList<>();
      for (int id = 0; id < 3; id++) {
        slow.add(submit(engine, id, 1, prompt(10, id), greedy(50))); // 5 pages: one at a time
      }
      Reader queued = submit(engine, 9, 1, prompt(10, 9), greedy(50));
      for (int step = 0; queued.numAdmitted == 0; step++) {
        assertThat(step).isLessThan(MANY);
        for (int i = 0; i < 3; i++) {
          slow.get(i).hasDemand = step / 4 % 3 == i;
        }
        engine.step();
      }
      assertThat(slow).allMatch(reader -> reader.numAdmitted == 1 && reader.result == null);
      assertThat(engine.numPreemptions())
          .isBetween((long) Admission.MAX_OVERTAKING, Admission.MAX_OVERTAKING + 4L);
      slow.forEach(reader -> reader.hasDemand = true);
      runUntilIdle(engine);
      slow.forEach(reader -> assertUndisturbed("slow", reader));
      assertUndisturbed("queued", queued);
    }
  }

  @Test
  void sequencesOfAModelWhosePositionsDependOnTheLengthAreNotPreempted() {
    try (ReferenceDecoding dynamic = new ReferenceDecoding("llama-dynamic", 1)) {
      int[] prompt = prompt(dynamic.model().maxReusableLength(), 1);
      for (int tokens : new int[] {0, 1}) { // the second one is too long
        int[] shorter = Arrays.copyOf(prompt, prompt.length - 9 + tokens);
        int pages = PagedKvCache.pagesFor(prompt.length) + 1;
        DecodingLimits limits = new DecodingLimits(4, 16 * pages, 64);
        try (DecodingEngine engine = Decoding.engine(dynamic, limits)) {
          Reader paused = submit(engine, 0, 1, shorter, greedy(9));
          engine.step();
          paused.hasDemand = false;
          submit(engine, 1, 1, shorter, greedy(9));
          runUntilIdle(engine);
          assertThat(engine.numPreemptions()).isEqualTo(1 - tokens);
          assertThat(engine.numWaiting()).isEqualTo(tokens);
        }
      }
    }
  }

  private static GenerationConfig randomConfig(SplittableRandom random) {
    int tokens = random.nextInt(1, 40);
    return switch (random.nextInt(6)) {
      case 0 -> greedy(tokens);
      case 1 ->
          greedy(tokens)
              .withPresencePenalty(1.2)
              .withFrequencyPenalty(0.7)
              .withLogitBias(Map.of(9, 2.0));
      case 2 ->
          GenerationConfig.sampling(tokens, 1.3)
              .withConstraint(new OutputConstraint.Regex("[A-Z]{5,30}(x|y)"));
      case 3 -> sampling(tokens).withStopStrings(List.of("A", "bc"));
      case 4 -> sampling(tokens).withRepetitionPenalty(1.3).withMinNewTokens(Math.min(3, tokens));
      default -> sampling(tokens);
    };
  }

  private static Reader randomReader(SplittableRandom random, long id) {
    int[] prompt = prompt(random.nextInt(1, 50), random.nextInt(3)); // they share beginnings
    GenerationConfig config = randomConfig(random);
    int numGenerations = config.doSample() ? random.nextInt(1, 6) : 1;
    boolean scoresPrompt = prompt.length > 1 && random.nextInt(4) == 0;
    return new Reader(Decoding.group(id, numGenerations, prompt), config, scoresPrompt);
  }

  /** Readers pause and read on at random moments, even while their prompts are read. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyGroupHasTheTokensThatItHasAlone(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    DecodingLimits limits =
        new DecodingLimits(random.nextInt(3, 9), 16 * random.nextInt(9, 14), random.nextInt(5, 30))
            .withPrefixCaching(seed % 2 == 0 ? PrefixCaching.ON : PrefixCaching.OFF);
    List<Reader> readers = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(DECODING, limits)) {
      for (int i = 0; i < 1500; i++) {
        if (random.nextInt(15) == 0) {
          readers.add(submit(engine, randomReader(random, readers.size())));
        }
        if (!readers.isEmpty() && random.nextInt(3) == 0) {
          readers.get(random.nextInt(readers.size())).hasDemand = random.nextInt(3) > 0;
        }
        engine.step();
      }
      readers.forEach(reader -> reader.hasDemand = true);
      runUntilIdle(engine);
      assertThat(engine.numPreemptions()).as("seed %d", seed).isGreaterThan(3);
      assertEmpty(engine);
    }
    assertThat(readers).hasSizeGreaterThan(60);
    readers.forEach(reader -> assertUndisturbed("seed " + seed + ", " + reader.spec, reader));
  }
}
