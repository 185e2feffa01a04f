package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final ReferenceDecoding DECODING = new ReferenceDecoding("llama3-untied", 1);

  @AfterAll
  static void closeModel() {
    DECODING.close();
  }

  private static GenerationConfig greedy(int tokens) {
    return GenerationConfig.greedy(tokens).withEosTokenIds(Set.of());
  }

  /** Records the order in which groups are admitted and completed. */
  private static final class Recorded implements CompletionListener {
    final long id;
    final List<Long> admitted;
    final List<Long> completed;
    boolean hasDemand = true;

    Recorded(long id, List<Long> admitted, List<Long> completed) {
      this.id = id;
      this.admitted = admitted;
      this.completed = completed;
    }

    @Override
    public boolean hasDemand() {
      return hasDemand;
    }

    @Override
    public void onAdmitted(int numCachedTokens) {
      admitted.add(id);
    }

    @Override
    public void onCompleted(SampledGroup group) {
      completed.add(id);
    }
  }

  @Test
  void smallGroupsOvertakeALargeOneABoundedNumberOfTimes() {
    List<Long> admitted = new ArrayList<>();
    List<Long> completed = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 6, 64))) {
      Recorded paused = new Recorded(0, admitted, completed);
      engine.submit(Decoding.group(0, 1, 5, 6, 7), greedy(40), paused); // 3 pages
      engine.step();
      paused.hasDemand = false;
      Recorded large = new Recorded(1, admitted, completed);
      engine.submit(Decoding.group(1, 1, new int[40]), greedy(20), large); // 5 pages
      int numSmall = Admission.MAX_OVERTAKING + 20;
      for (long id = 2; id < 2 + numSmall; id++) {
        engine.submit(
            Decoding.group(id, 1, 5, 6), greedy(2), new Recorded(id, admitted, completed));
      }
      while (engine.step()) {
        assertThat(admitted).doesNotContain(1L);
      }
      assertThat(completed).hasSize(Admission.MAX_OVERTAKING).doesNotContain(0L, 1L);

      paused.hasDemand = true;
      while (engine.step()) {
        assertThat(engine.numRunning()).isLessThanOrEqualTo(4);
      }
      assertThat(completed).hasSize(2 + numSmall);
      assertThat(admitted.indexOf(1L)).isEqualTo(1 + Admission.MAX_OVERTAKING);
      assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
    }
  }

  @Test
  void aGroupWithSamplesThatWaitIsNotOvertakenByPartsOfOthers() {
    List<Long> admitted = new ArrayList<>();
    List<Long> completed = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(8, 16 * 6, 64))) {
      // A prompt of 2 pages, then 2 pages for each of 4 samples: 2 samples at a time.
      engine.submit(
          Decoding.group(0, 4, new int[30]), greedy(20), new Recorded(0, admitted, completed));
      engine.submit(
          Decoding.group(1, 3, new int[30]), greedy(20), new Recorded(1, admitted, completed));
      while (engine.step()) {
        assertThat(engine.numRunning()).isLessThanOrEqualTo(2);
      }
    }
    assertThat(completed).containsExactly(0L, 1L);
  }

  @Test
  void pausedGroupsLeaveTheirPlacesInTheBatchToOthers() {
    List<Long> admitted = new ArrayList<>();
    List<Long> completed = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(2, 16 * 40, 64))) {
      List<Recorded> paused = new ArrayList<>();
      for (long id = 0; id < 2; id++) {
        paused.add(new Recorded(id, admitted, completed));
        engine.submit(Decoding.group(id, 1, 5, 6, 7), greedy(9), paused.getLast());
      }
      engine.step();
      paused.forEach(group -> group.hasDemand = false);
      for (long id = 2; id < 7; id++) {
        engine.submit(
            Decoding.group(id, 1, 5, 6), greedy(3), new Recorded(id, admitted, completed));
      }
      while (engine.step()) {
        assertThat(engine.numRunning()).as("two places beside two paused").isBetween(2, 4);
      }
      assertThat(completed).containsExactly(2L, 3L, 4L, 5L, 6L);

      paused.forEach(group -> group.hasDemand = true);
      while (engine.step()) {
        assertThat(engine.numWaiting()).isZero();
      }
      assertThat(completed).hasSize(7);
    }
  }

  /** Groups of all sizes in a small cache, some of them paused for a while. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyGroupEnds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Long> admitted = new ArrayList<>();
    List<Long> completed = new ArrayList<>();
    List<Recorded> groups = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(5, 16 * 9, 11))) {
      for (long id = 0; id < 60; id++) {
        int[] prompt = new int[random.nextInt(1, 60)];
        Arrays.fill(prompt, 9);
        Recorded group = new Recorded(id, admitted, completed);
        groups.add(group);
        engine.submit(
            Decoding.group(id, random.nextInt(1, 8), prompt), greedy(random.nextInt(1, 30)), group);
        groups.get(random.nextInt(groups.size())).hasDemand = random.nextInt(3) > 0;
        for (int i = random.nextInt(10); i > 0; i--) {
          engine.step();
        }
      }
      groups.forEach(group -> group.hasDemand = true);
      int steps = 0;
      while (engine.step()) {
        assertThat(steps++).as("seed %d", seed).isLessThan(20_000);
      }
      assertThat(completed).as("seed %d", seed).hasSize(60);
      assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
    }
  }

  @Test
  void aShortPromptDoesNotWaitForTheEndOfALongOne() {
    List<Long> admitted = new ArrayList<>();
    List<Long> completed = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 40, 8))) {
      engine.submit(
          Decoding.group(0, 1, new int[60]), greedy(1), new Recorded(0, admitted, completed));
      engine.submit(Decoding.group(1, 1, 5, 6, 7), greedy(1), new Recorded(1, admitted, completed));
      engine.submit(Decoding.group(2, 1, 5), greedy(1), new Recorded(2, admitted, completed));
      engine.step();
      assertThat(completed).containsExactly(1L, 2L); // 4 tokens of the long prompt, 3 and 1
      int steps = 1;
      while (engine.step()) {
        steps++;
      }
      assertThat(completed).containsExactly(1L, 2L, 0L);
      assertThat(steps).as("64 tokens, 8 per pass").isEqualTo(8);
    }
  }

  @Test
  void aGroupThatEndsInAStepIsNotCancelledAtItsEnd() {
    List<Long> completed = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(DECODING, new DecodingLimits(4, 16 * 40, 8))) {
      for (boolean samples : new boolean[] {true, false}) {
        engine.submit(
            Decoding.group(3, 2, 5, 6, 7),
            greedy(1),
            new CompletionListener() {
              @Override
              public boolean wantsCompletions() {
                return samples;
              }

              @Override
              public OptionalInt numPromptAlternatives() {
                return OptionalInt.of(0);
              }

              @Override
              public void onPrompt(PromptLogProbs logProbs) {
                engine.cancel(3, "its listener");
              }

              @Override
              public void onCompleted(SampledGroup group) {
                completed.add(group.spec().groupId());
              }
            });
        engine.step();
      }
      assertThat(completed).containsExactly(3L, 3L);
      assertThat(engine.numRunningGroups()).isZero();
      assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
    }
  }
}
