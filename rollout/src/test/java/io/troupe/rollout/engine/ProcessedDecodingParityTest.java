package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.SharedData;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.sampling.ProcessingCases;
import io.troupe.rollout.sampling.TokenLogProb;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Penalties, biases and log-probabilities against torch; see decoding/generate.py. */
class ProcessedDecodingParityTest {

  private static JsonNode expected(String model) {
    try {
      for (JsonNode node :
          new ObjectMapper().readTree(new File("src/test/resources/decoding/decoding.json"))) {
        if (node.get("model").asText().equals(model)) {
          return node;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError(model + " is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-tied", "gpt2", "qwen2"})
  void greedyTokensAreThoseOfTheProcessedScores(String name) {
    JsonNode cases = expected(name).get("greedy");
    List<SampledGroup> results = new ArrayList<>();
    int groupId = 0;
    try (ReferenceDecoding decoding = new ReferenceDecoding(name, 2);
        DecodingEngine engine = Decoding.engine(decoding, Decoding.ROOMY)) {
      for (JsonNode c : cases) { // all in one batch
        GenerationConfig config =
            ProcessingCases.config(
                    GenerationConfig.greedy(c.get("new_tokens").asInt()), c.get("settings"))
                .withEosTokenIds(ProcessingCases.ends(c.get("settings")));
        int[] prompt = ReferenceModel.ints(c.get("prompt"));
        engine.submit(Decoding.group(groupId++, 1, prompt), config, results::add);
      }
      while (engine.step()) {
        assertThat(engine.numRunning()).isLessThanOrEqualTo(cases.size());
      }
    }
    assertThat(results).hasSize(cases.size());
    for (SampledGroup result : results) {
      JsonNode c = cases.get((int) result.spec().groupId());
      assertThat(result.completions().getFirst().tokenIds())
          .as("%s", c.get("settings"))
          .isEqualTo(ReferenceModel.ints(c.get("ids")));
    }
  }

  /** Keeps the log-probabilities of the prompt; no token is sampled. */
  private static final class PromptReader implements CompletionListener {
    final int numAlternatives;
    PromptLogProbs prompt;

    PromptReader(int numAlternatives) {
      this.numAlternatives = numAlternatives;
    }

    @Override
    public boolean wantsCompletions() {
      return false;
    }

    @Override
    public OptionalInt numPromptAlternatives() {
      return OptionalInt.of(numAlternatives);
    }

    @Override
    public void onPrompt(PromptLogProbs logProbs) {
      prompt = logProbs;
    }

    @Override
    public void onCompleted(SampledGroup group) {
      assertThat(prompt).as("reported before").isNotNull();
      assertThat(group.completions().getFirst().tokenIds()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-tied", "gpt2", "qwen2"})
  void logProbsOfThePromptAreThoseOfTransformers(String name) {
    for (JsonNode c : expected(name).get("log_probs")) {
      double temperature = c.get("temperature").asDouble();
      GenerationConfig config =
          temperature == 1 ? GenerationConfig.greedy(3) : GenerationConfig.sampling(3, temperature);
      for (int maxPrefillTokens : new int[] {512, 7}) {
        PromptReader reader = new PromptReader(c.get("k").asInt());
        try (ReferenceDecoding decoding = new ReferenceDecoding(name, 2);
            DecodingEngine engine =
                Decoding.engine(decoding, new DecodingLimits(4, 16 * 100, maxPrefillTokens))) {
          engine.submit(Decoding.group(0, 1, ReferenceModel.ints(c.get("tokens"))), config, reader);
          while (engine.step()) {
            assertThat(engine.numRunning()).isZero();
          }
          assertThat(engine.numFreePages()).isEqualTo(engine.numPages());
        }
        check(reader.prompt, c);
      }
    }
  }

  @Test
  void logProbsOfAStoryAreThoseOfTransformers() throws IOException {
    Path folder = SharedData.require("stories260K");
    JsonNode expected =
        new ObjectMapper().readTree(new File("src/test/resources/decoding/stories.json"));
    PromptReader reader = new PromptReader(expected.get("k").asInt());
    try (Engine compute = Engine.of(CpuBackend.create(2));
        CausalLM model = PretrainedModel.load(folder, compute);
        Tokenizer tokenizer = AutoTokenizer.load(folder);
        DecodingEngine engine =
            new DecodingEngine(model, tokenizer, new DecodingLimits(4, 16 * 100, 64))) {
      int[] tokens = ReferenceModel.ints(expected.get("tokens"));
      engine.submit(Decoding.group(0, 1, tokens), GenerationConfig.greedy(1), reader);
      while (engine.step()) {
        assertThat(engine.numRunning()).isZero();
      }
    }
    check(reader.prompt, expected);
  }

  private static void check(PromptLogProbs prompt, JsonNode expected) {
    int length = expected.get("tokens").size();
    assertThat(prompt.logProbs()).hasSize(length);
    assertThat(prompt.logProbs()[0]).isNaN();
    assertThat(prompt.alternatives()).hasSize(length);
    assertThat(prompt.alternatives().getFirst()).isEmpty();
    for (int i = 1; i < length; i++) {
      float logProb = (float) expected.get("log_probs").get(i - 1).asDouble();
      assertThat(prompt.logProbs()[i]).as("token %d", i).isCloseTo(logProb, within(2e-5f));
      List<TokenLogProb> top = prompt.alternatives().get(i);
      JsonNode ids = expected.get("top_ids").get(i - 1);
      assertThat(top).extracting(TokenLogProb::tokenId).hasSize(ids.size());
      for (int k = 0; k < ids.size(); k++) {
        float expectedLogProb = (float) expected.get("top_log_probs").get(i - 1).get(k).asDouble();
        assertThat(top.get(k).tokenId()).isEqualTo(ids.get(k).asInt());
        assertThat(top.get(k).logProb()).isCloseTo(expectedLogProb, within(2e-5f));
      }
    }
  }
}
