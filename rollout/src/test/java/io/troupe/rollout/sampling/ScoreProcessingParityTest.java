package io.troupe.rollout.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.ReferenceModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.SamplingRows;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.File;
import java.io.IOException;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Processed scores against transformers' processors and vLLM's formulas; see decoding/generate.py.
 */
class ScoreProcessingParityTest {
  // Up to seven roundings of scores and biases below 128.
  private static final float TOLERANCE = 3e-5f;

  private record Rows(int[] tokens, int numPromptTokens) implements SamplingRows {
    @Override
    public int[] tokenIds(int row) {
      return tokens;
    }

    @Override
    public int numTokens(int row) {
      return tokens.length;
    }

    @Override
    public int numPromptTokens(int row) {
      return numPromptTokens;
    }

    @Override
    public double uniform(int row) {
      throw new AssertionError("nothing is drawn");
    }
  }

  @Test
  void scoresAreThoseOfTransformersAndVllm() throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(new File("src/test/resources/decoding/processing.json"));
    float[] logits = new float[expected.get("logits").size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) expected.get("logits").get(i).asDouble();
    }
    int[] prompt = ReferenceModel.ints(expected.get("prompt"));
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("scores")) {
      for (JsonNode c : expected.get("cases")) {
        JsonNode settings = c.get("settings");
        int[] tokens =
            IntStream.concat(
                    IntStream.of(prompt), IntStream.of(ReferenceModel.ints(c.get("completion"))))
                .toArray();
        ScoreProcessing processing =
            ScoreProcessing.of(
                ProcessingCases.config(GenerationConfig.greedy(20), settings),
                ProcessingCases.ends(settings));
        Tensor scores = Tensor.of(logits, 1, logits.length);

        float[] processed = processing.apply(scores, new Rows(tokens, prompt.length), 0).toFloats();

        for (int id = 0; id < processed.length; id++) {
          JsonNode score = c.get("scores").get(id);
          float value = score.isNull() ? Float.NEGATIVE_INFINITY : (float) score.asDouble();
          assertThat(processed[id] == value || Math.abs(processed[id] - value) <= TOLERANCE)
              .as("token %d of %s: %s, expected %s", id, c, processed[id], value)
              .isTrue();
        }
        assertThat(scores.toFloats()).as("the logits are not changed").isEqualTo(logits);
      }
    }
  }

  @Test
  void settingsWithoutEffectLeaveTheScoresAsTheyAre() {
    assertThat(ScoreProcessing.of(GenerationConfig.greedy(5), Set.of(2)))
        .isSameAs(ScoreProcessing.NONE);
  }
}
