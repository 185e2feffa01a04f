package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.SampleDifference.Part;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recorded samples are sampled again, with weights that changed while they were decoded. */
class SampleReplayTest {
  private static final GenerationConfig SAMPLING =
      GenerationConfig.sampling(18, 1.1).withEosTokenIds(Set.of(2, 9, 30));

  private static List<GroupSpec> groups(Random random) {
    List<GroupSpec> groups = new ArrayList<>();
    for (int g = 0; g < 10; g++) {
      int[] prompt = random.ints(1 + random.nextInt(40), 3, 61).toArray();
      groups.add(Decoding.group(g, 1 + random.nextInt(4), prompt));
    }
    return groups;
  }

  /** Versions of a model: each differs in one tensor from the one before. */
  private static Map<Long, CausalLM> versions(CausalLM model, int count) {
    Map<Long, CausalLM> versions = new TreeMap<>();
    CausalLM last = model;
    for (long version = 0; version < count; version++) {
      CausalLM next = PretrainedModel.undefined(model, model.scope().engine());
      next.eval();
      last.copyTo(next);
      long changed = version;
      next.namedParameters().values().stream()
          .skip(changed % 5)
          .limit(1)
          .forEach(
              tensor -> {
                float[] values = tensor.toFloats();
                for (int i = 0; i < values.length; i++) {
                  values[i] += 0.05f * (float) Math.sin(i + changed);
                }
                try (Scope _ = model.scope().engine().open("new weights")) {
                  tensor.copyFrom(Tensor.of(values).reshape(tensor.shape()));
                }
              });
      versions.put(version, next);
      last = next;
    }
    return versions;
  }

  /** Decodes groups while the weights change every few passes. */
  private static List<SampledGroup> decode(
      ReferenceDecoding decoding,
      Map<Long, CausalLM> versions,
      DecodingLimits limits,
      List<GroupSpec> groups,
      Random random) {
    List<SampledGroup> results = new ArrayList<>();
    try (DecodingEngine engine = Decoding.engine(decoding, limits)) {
      groups.forEach(group -> engine.submit(group, SAMPLING, results::add));
      long version = 0;
      versions.get(version).copyTo(decoding.model());
      engine.weightsChanged(version);
      int untilSwap = 1 + random.nextInt(9);
      while (engine.step()) {
        if (--untilSwap == 0 && version + 1 < versions.size()) {
          version++;
          versions.get(version).copyTo(decoding.model());
          engine.weightsChanged(version);
          untilSwap = 1 + random.nextInt(9);
        }
      }
    }
    results.sort(Comparator.comparingLong(group -> group.spec().groupId()));
    return results;
  }

  private static Optional<SampleDifference> replay(
      ReferenceDecoding decoding, Map<Long, CausalLM> versions, List<SampledGroup> groups) {
    try (SampleReplay replay =
        new SampleReplay(
            versions::get,
            versions.get(0L),
            decoding.tokenizer(),
            new DecodingLimits(8, 16 * 60, 64),
            SAMPLING,
            SpecialTokenText.HIDDEN)) {
      return replay.firstDifference(groups);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-tied", "gpt2"})
  void samplesOfSeveralVersionsAreSampledAgain(String name) {
    int mixed = 0;
    int lateStarts = 0;
    try (ReferenceDecoding decoding = new ReferenceDecoding(name, 1)) {
      Map<Long, CausalLM> versions = versions(decoding.model(), 8);
      List<DecodingLimits> variants =
          List.of(
              Decoding.ROOMY,
              new DecodingLimits(64, 16 * 400, 7), // weights change while prompts are read
              new DecodingLimits(5, 16 * 400, 33)); // and before all samples of a group begin
      for (int seed = 0; seed < 12; seed++) {
        Random random = new Random(seed);
        List<SampledGroup> recorded =
            decode(decoding, versions, variants.get(seed % 3), groups(random), random);
        assertThat(recorded).hasSize(10);
        assertThat(replay(decoding, versions, recorded)).as("seed %d", seed).isEmpty();
        for (SampledGroup group : recorded) {
          for (Completion sample : group.completions()) {
            long first = sample.policyVersions()[0];
            mixed += first != sample.policyVersions()[sample.policyVersions().length - 1] ? 1 : 0;
            lateStarts += first != group.oldestPolicyVersion() ? 1 : 0;
          }
        }
      }
      versions.values().forEach(CausalLM::close);
    }
    assertThat(mixed).as("samples of several versions").isGreaterThan(20);
    assertThat(lateStarts).as("samples that began after their prompt's version").isPositive();
  }

  @Test
  void theFirstChangedBitIsFound() {
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama-tied", 1)) {
      Map<Long, CausalLM> versions = versions(decoding.model(), 4);
      Random random = new Random(3);
      List<SampledGroup> recorded =
          decode(decoding, versions, Decoding.ROOMY, groups(random), random);
      Completion last = recorded.get(6).completions().getLast();
      int sample = last.sampleIndex();
      int position = last.tokenIds().length / 2;

      last.tokenIds()[position] ^= 1;
      assertThat(replay(decoding, versions, recorded))
          .hasValueSatisfying(found -> assertAt(found, sample, position, Part.TOKEN));
      last.tokenIds()[position] ^= 1;

      float logProb = last.logProbs()[position];
      last.logProbs()[position] = Math.nextUp(logProb);
      assertThat(replay(decoding, versions, recorded))
          .hasValueSatisfying(found -> assertAt(found, sample, position, Part.LOG_PROBABILITY));
      last.logProbs()[position] = logProb;

      long version = last.policyVersions()[0];
      last.policyVersions()[0] = 3 - version;
      assertThat(replay(decoding, versions, recorded)).isPresent();
      last.policyVersions()[0] = version;

      assertThat(replay(decoding, versions, recorded)).isEmpty();
      assertThat(replay(decoding, versions, List.of(withText(recorded.get(6)))))
          .hasValueSatisfying(found -> assertThat(found.part()).isEqualTo(Part.TEXT));
      versions.values().forEach(CausalLM::close);
    }
  }

  private static void assertAt(SampleDifference found, int sample, int position, Part part) {
    assertThat(found.groupId()).isEqualTo(6);
    assertThat(found.sampleIndex()).isEqualTo(sample);
    assertThat(found.position()).isEqualTo(position);
    assertThat(found.part()).isEqualTo(part);
  }

  private static SampledGroup withText(SampledGroup group) {
    return new SampledGroup(
        group.spec(),
        group.completions().stream()
            .map(
                c ->
                    new Completion(
                        c.sampleIndex(),
                        c.tokenIds(),
                        c.logProbs(),
                        c.policyVersions(),
                        c.text() + "!",
                        c.finishReason()))
            .toList());
  }
}
