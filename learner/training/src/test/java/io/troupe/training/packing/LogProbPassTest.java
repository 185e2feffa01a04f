package io.troupe.training.packing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import io.troupe.training.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogProbPassTest {
  private static final long LOGITS_BYTES = 1 << 20;

  /** The log-probabilities, entropies and gradients of a pass over samples. */
  private record PassResults(double[][] logProbs, double[][] entropies, List<float[]> gradients) {}

  private static PassResults read(
      String model, int threads, List<PackedSample> samples, int maxTokens, long logitsBytes) {
    double[][] logProbs = new double[samples.size()][];
    double[][] entropies = new double[samples.size()][];
    for (PackedSample sample : samples) {
      logProbs[sample.index()] = new double[sample.completionIds().length];
      entropies[sample.index()] = new double[sample.completionIds().length];
    }
    try (Engine engine = Engine.of(CpuBackend.create(threads));
        CausalLM policy = PretrainedModel.load(Fixtures.path(model), engine)) {
      LogProbPass pass = new LogProbPass(policy, 0.9, logitsBytes);
      for (PackedBatch batch : PackedBatch.pack(samples, maxTokens)) {
        pass.accumulate(
            batch,
            (sample, offset, logProb, entropy) -> {
              logProbs[sample][offset] = logProb;
              entropies[sample][offset] = entropy;
            },
            (sample, offset, logProb) -> 0.1 * (sample + 1) - 0.01 * offset);
      }
      List<float[]> gradients =
          policy.namedParameters().values().stream()
              .map(Tensor::grad)
              .map(Tensor::toFloats)
              .toList();
      return new PassResults(logProbs, entropies, gradients);
    }
  }

  /** Three groups of one to five samples. Some completions have zero tokens or one token. */
  private static List<PackedSample> groups(boolean shared) {
    Philox random = Philox.of(9);
    List<PackedSample> samples = new ArrayList<>();
    int[] sizes = {4, 1, 5};
    for (int g = 0; g < sizes.length; g++) {
      int[] prompt = tokens(random.derive(g), 1 + 2 * g);
      for (int i = 0; i < sizes[g]; i++) {
        int[] completion = tokens(random.derive(10L * g + i + 100), (3 * i + g) % 8);
        int index = samples.size();
        samples.add(new PackedSample(index, shared ? g : index, prompt, completion));
      }
    }
    return samples;
  }

  private static int[] tokens(Philox random, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = 3 + (int) (26 * random.uniform(i));
    }
    return ids;
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch/llama", "torch/gpt2"})
  void sharedPromptsGiveTheSameLogProbsBitForBit(String model) {
    PassResults shared = read(model, 1, groups(true), 1000, LOGITS_BYTES);
    PassResults unshared = read(model, 1, groups(false), 1000, LOGITS_BYTES);

    assertThat(shared.logProbs()).isDeepEqualTo(unshared.logProbs());
    assertThat(shared.entropies()).isDeepEqualTo(unshared.entropies());
    assertClose(shared.gradients(), unshared.gradients());
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch/llama", "torch/gpt2"})
  void logProbsDoNotDependOnTheBatchSizeBitForBit(String model) {
    PassResults whole = read(model, 1, groups(true), 1000, LOGITS_BYTES);
    for (int maxTokens : new int[] {1, 7, 20}) {
      PassResults cut = read(model, 1, groups(true), maxTokens, 4 * 29 * 3);

      assertThat(cut.logProbs()).isDeepEqualTo(whole.logProbs());
      assertClose(cut.gradients(), whole.gradients());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 800, 850, 1000, 1200})
  void gradientsDoNotDependOnTheMemoryForLogitsBitForBit(int predictions) {
    List<PackedSample> samples = new ArrayList<>();
    for (int i = 0; i < predictions / 10; i++) {
      samples.add(new PackedSample(i, i, tokens(Philox.of(i), 3), tokens(Philox.of(-1 - i), 10)));
    }
    PassResults whole = read("torch/llama", 2, samples, 10_000, LOGITS_BYTES);
    for (int rows : new int[] {1, 384, 500, 768, 999}) {
      PassResults cut = read("torch/llama", 2, samples, 10_000, 4L * 29 * rows);

      assertThat(cut.logProbs()).isDeepEqualTo(whole.logProbs());
      assertThat(cut.gradients()).usingRecursiveComparison().isEqualTo(whole.gradients());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch/llama", "torch/gpt2"})
  void gradientsDoNotDependOnThreadsBitForBit(String model) {
    PassResults one = read(model, 1, groups(true), 1000, LOGITS_BYTES);
    PassResults two = read(model, 2, groups(true), 1000, LOGITS_BYTES);

    assertThat(two.logProbs()).isDeepEqualTo(one.logProbs());
    for (int p = 0; p < one.gradients().size(); p++) {
      assertThat(two.gradients().get(p)).isEqualTo(one.gradients().get(p));
    }
  }

  private static final LlamaConfig EIGHT_LAYERS =
      LlamaConfig.builder()
          .vocabSize(29)
          .hiddenSize(64)
          .intermediateSize(128)
          .numHiddenLayers(8)
          .numAttentionHeads(4)
          .maxPositionEmbeddings(16)
          .build();

  private record Pass(long peakBytes, List<float[]> gradients) {}

  private static Pass backward(BiConsumer<Tensor, Tensor> backward) {
    List<PackedSample> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      samples.add(new PackedSample(i, i, tokens(Philox.of(i), 8), tokens(Philox.of(-i), 8)));
    }
    try (Engine engine = Engine.of(CpuBackend.create(1));
        CausalLM policy = LlamaModel.random(EIGHT_LAYERS, engine, 1);
        Scope _ = engine.open("pass")) {
      for (PackedBatch batch : PackedBatch.pack(samples, 4000)) {
        Tensor hidden = policy.hiddenStates(batch.tokens(), null);
        backward.accept(hidden, Tensor.full(hidden.dtype(), hidden.shape(), 0.01));
      }
      return new Pass(
          engine.memory().peakBytes(),
          policy.namedParameters().values().stream()
              .map(Tensor::grad)
              .filter(Objects::nonNull)
              .map(Tensor::toFloats)
              .toList());
    }
  }

  @Test
  void releasingActivationsUsesLessMemoryForEqualGradients() {
    Pass kept = backward(Tensor::backward);
    Pass released = backward(Tensor::backwardAndRelease);

    assertThat(released.gradients())
        .isNotEmpty()
        .usingRecursiveComparison()
        .isEqualTo(kept.gradients());
    // about 75 %: the gradients of the weights take the memory of activations
    assertThat(released.peakBytes()).isLessThan(kept.peakBytes() * 85 / 100);
  }

  @Test
  void aTrainingPassReleasesTheActivationsOfTheModel() {
    List<PackedSample> samples = groups(false);
    try (Engine engine = Engine.of(CpuBackend.create(1));
        CausalLM policy = PretrainedModel.load(Fixtures.path("torch/llama"), engine)) {
      LogProbPass pass = new LogProbPass(policy, 1, LOGITS_BYTES);
      PackedBatch batch = PackedBatch.pack(samples, 1000).getFirst();
      pass.accumulate(batch, (_, _, _, _) -> {}, (_, _, _) -> 1);
      long before = engine.memory().peakBytes();
      try (Scope _ = engine.open("kept")) {
        Tensor hidden = policy.hiddenStates(batch.tokens(), null);
        hidden.backward(Tensor.full(hidden.dtype(), hidden.shape(), 0.01));
      }
      assertThat(before).isLessThan(engine.memory().peakBytes());
    }
  }

  /**
   * Sums over rows are rounded in a different order, so the tolerance is a few units of the largest
   * element.
   */
  private static void assertClose(List<float[]> actual, List<float[]> expected) {
    for (int p = 0; p < expected.size(); p++) {
      float largest = 1e-3f;
      for (float value : expected.get(p)) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertThat(actual.get(p))
          .as("parameter %d", p)
          .usingComparatorWithPrecision(2e-6f * largest)
          .containsExactly(expected.get(p));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 9, 1000})
  void everyTokenIsPredictedOnceWithinTheBudget(int maxTokens) {
    List<PackedSample> samples = groups(true);
    int[][] seen = new int[samples.size()][];
    samples.forEach(s -> seen[s.index()] = new int[s.completionIds().length]);
    for (PackedBatch batch : PackedBatch.pack(samples, maxTokens)) {
      boolean single = Arrays.stream(batch.samples()).distinct().count() == 1;
      assertThat(single || batch.tokens().numRows() <= maxTokens).isTrue();
      for (int i = 0; i < batch.predictions(); i++) {
        int sample = batch.samples()[i];
        seen[sample][batch.offsets()[i]]++;
        assertThat(batch.targets()[i])
            .isEqualTo(samples.get(sample).completionIds()[batch.offsets()[i]]);
      }
    }
    assertThat(Arrays.stream(seen).flatMapToInt(Arrays::stream)).containsOnly(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 2})
  void logProbsAndEntropiesMatchTheSoftmax(double temperature) {
    PackedSample sample = new PackedSample(0, 0, new int[] {1, 4}, new int[] {7});
    try (Engine engine = Engine.of(CpuBackend.create(1));
        CausalLM model = PretrainedModel.load(Fixtures.path("torch/llama"), engine);
        var _ = engine.open("test")) {
      PackedBatch batch = PackedBatch.of(List.of(sample));
      double[] logits =
          model.logits(model.hiddenStates(batch.tokens(), null)).rows(1, 2).toDoubles();
      double sum = Arrays.stream(logits).map(x -> Math.exp(x / temperature)).sum();
      double entropy =
          -Arrays.stream(logits)
              .map(x -> x / temperature - Math.log(sum))
              .map(logp -> Math.exp(logp) * logp)
              .sum();

      new LogProbPass(model, temperature, LOGITS_BYTES)
          .read(
              batch,
              (s, t, logp, actualEntropy) -> {
                assertThat(logp).isCloseTo(logits[7] / temperature - Math.log(sum), within(1e-5));
                assertThat(actualEntropy).isCloseTo(entropy, within(1e-5));
              });
    }
  }
}
