package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.ReferenceModel;
import io.troupe.nn.lm.TokenBatch;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.tensor.GradMode;
import io.troupe.tensor.PackedSequences;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.TokenLogProbs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sample is the same to the bit whatever else the engine does. */
class SampleInvarianceTest {
  private static final GenerationConfig SAMPLING =
      GenerationConfig.sampling(18, 1.1).withEosTokenIds(Set.of(2, 9, 30));

  /** 16 groups of 4 samples, with prompts of 1 to 39 tokens. */
  private static List<GroupSpec> groups() {
    SplittableRandom random = new SplittableRandom(21);
    List<GroupSpec> groups = new ArrayList<>();
    for (int g = 0; g < 16; g++) {
      int[] prompt = random.ints(g == 0 ? 1 : random.nextInt(1, 40), 3, 61).toArray();
      groups.add(Decoding.group(g, 4, prompt));
    }
    return groups;
  }

  private static Map<Long, SampledGroup> oneByOne(ReferenceDecoding decoding) {
    Map<Long, SampledGroup> results = new TreeMap<>();
    try (DecodingEngine engine = Decoding.engine(decoding, new DecodingLimits(1, 16 * 20, 64))) {
      groups().forEach(g -> results.putAll(Decoding.run(engine, List.of(g), SAMPLING)));
    }
    return results;
  }

  private static void assertSame(Map<Long, SampledGroup> results, Map<Long, SampledGroup> alone) {
    assertThat(results.keySet()).isEqualTo(alone.keySet());
    results.forEach(
        (id, group) -> {
          for (Completion completion : group.completions()) {
            Completion expected = alone.get(id).completions().get(completion.sampleIndex());
            String name = "group " + id + " sample " + completion.sampleIndex();
            assertThat(completion.tokenIds()).as(name).isEqualTo(expected.tokenIds());
            assertThat(completion.logProbs()).as(name).isEqualTo(expected.logProbs());
            assertThat(completion.text()).as(name).isEqualTo(expected.text());
            assertThat(completion.finishReason()).as(name).isEqualTo(expected.finishReason());
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-tied", "gpt2"})
  void aSampleDoesNotDependOnBatchThreadsPagesChunksOrOrder(String name) {
    Map<Long, SampledGroup> alone;
    try (ReferenceDecoding decoding = new ReferenceDecoding(name, 1)) {
      alone = oneByOne(decoding);
    }
    List<DecodingLimits> variants =
        List.of(
            Decoding.ROOMY, // 64 at once
            new DecodingLimits(64, 16 * 400, 7), // prompts in chunks of 7
            new DecodingLimits(5, 16 * 400, 33), // a group's samples join one after the other
            new DecodingLimits(40, 16 * 14, 16)); // pages for few at a time
    for (int threads = 1; threads <= 2; threads++) {
      try (ReferenceDecoding decoding = new ReferenceDecoding(name, threads)) {
        List<GroupSpec> order = new ArrayList<>(groups());
        for (DecodingLimits limits : variants) {
          try (DecodingEngine engine = Decoding.engine(decoding, limits)) {
            assertSame(Decoding.run(engine, order, SAMPLING), alone);
          }
          Collections.reverse(order);
        }
      }
    }
  }

  /** The learner's pass: all samples of a group packed behind their shared prompt. */
  private static float[] learnerLogProbs(
      ReferenceDecoding decoding, SampledGroup group, double temperature) {
    int[] prompt = group.spec().prompt().tokenIds();
    int samples = group.completions().size();
    int[] lengths = new int[samples + 1];
    int[] prefixes = new int[samples + 1];
    lengths[0] = prompt.length;
    prefixes[0] = -1;
    List<Integer> ids = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
    List<Integer> rows = new ArrayList<>(); // that predict the tokens
    List<Integer> targets = new ArrayList<>();
    for (int s = 0; s < samples; s++) {
      int[] tokens = group.completions().get(s).tokenIds();
      lengths[s + 1] = tokens.length;
      for (int i = 0; i < tokens.length; i++) {
        rows.add(i == 0 ? prompt.length - 1 : ids.size() - 1);
        targets.add(tokens[i]);
        ids.add(tokens[i]);
      }
    }
    try (Scope _ = decoding.engine().open("learner");
        GradMode.NoGrad _ = GradMode.noGrad()) {
      TokenBatch batch =
          TokenBatch.packed(
              ids.stream().mapToInt(Integer::intValue).toArray(),
              PackedSequences.of(lengths, prefixes));
      Tensor hidden = decoding.model().hiddenStates(batch, null);
      Tensor logits = decoding.model().logits(hidden); // (rows, vocab)
      Tensor picked = Tensor.empty(logits.dtype(), Shape.of(rows.size(), 61));
      for (int i = 0; i < rows.size(); i++) {
        picked.rows(i, i + 1).copyFrom(logits.rows(rows.get(i), rows.get(i) + 1));
      }
      int[] target = targets.stream().mapToInt(Integer::intValue).toArray();
      return TokenLogProbs.of(picked, Tensor.of(target), temperature).logProbs().toFloats();
    }
  }

  /** All families, without phi3-even: its rotation depends on the length of these texts. */
  private static List<String> models() {
    List<String> names = new ArrayList<>(List.of("llama-tied", "llama3-untied", "gpt2", "qwen2"));
    names.addAll(ReferenceModel.FAMILIES);
    names.remove("phi3-even");
    return names;
  }

  @ParameterizedTest
  @MethodSource("models")
  void logProbsAreThoseThatTheLearnerComputes(String name) {
    try (ReferenceDecoding decoding = new ReferenceDecoding(name, 2);
        DecodingEngine engine = Decoding.engine(decoding, Decoding.ROOMY)) {
      Decoding.run(engine, groups().subList(0, 6), SAMPLING)
          .values()
          .forEach(
              group -> {
                float[] learner = learnerLogProbs(decoding, group, SAMPLING.temperature());
                int at = 0;
                for (Completion completion : group.completions()) {
                  int next = at + completion.logProbs().length;
                  assertThat(completion.logProbs())
                      .as("group %d", group.spec().groupId())
                      .isEqualTo(Arrays.copyOfRange(learner, at, next));
                  at = next;
                }
              });
    }
  }

  @Test
  void samplesOfAGroupDiffer() {
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 1);
        DecodingEngine engine = Decoding.engine(decoding, Decoding.ROOMY)) {
      SampledGroup group =
          Decoding.run(engine, List.of(Decoding.group(3, 8, 1, 5)), SAMPLING).get(3L);
      assertThat(group.completions().stream().map(c -> Arrays.toString(c.tokenIds())).distinct())
          .hasSizeGreaterThan(5);
    }
  }
}
