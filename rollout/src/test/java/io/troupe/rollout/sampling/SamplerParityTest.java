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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The distribution of drawn tokens against transformers' logits processors; see
 * sampling/generate.py. A token is drawn for the numbers between two sums of probabilities, so both
 * ends of each token's range are tried.
 */
class SamplerParityTest {
  private static final double MARGIN = 3e-6; // sums of 40 probabilities that were rounded to fp32

  /** One row of logits, many times, each with a number of its own. */
  private record Rows(int[] tokens, List<Double> uniforms) implements SamplingRows {
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
      return tokens.length;
    }

    @Override
    public double uniform(int row) {
      return uniforms.get(row);
    }
  }

  private static float[] logits(JsonNode row) {
    float[] logits = new float[row.size()];
    for (int i = 0; i < logits.length; i++) {
      JsonNode value = row.get(i);
      logits[i] = value.isNull() ? Float.NEGATIVE_INFINITY : (float) value.asDouble();
    }
    return logits;
  }

  private static Sampler sampler(JsonNode settings) {
    return Sampler.of(
        GenerationConfig.DEFAULTS
            .withSampling(
                settings.path("temperature").asDouble(1),
                settings.path("top_k").asInt(0),
                settings.path("top_p").asDouble(1),
                settings.path("min_p").asDouble(0))
            .withRepetitionPenalty(settings.path("repetition_penalty").asDouble(1)),
        Set.of());
  }

  private static int[] draw(Sampler sampler, float[] row, Rows rows) {
    int count = rows.uniforms.size();
    float[] repeated = new float[count * row.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(row, 0, repeated, i * row.length, row.length);
    }
    int[] drawn = new int[count];
    Tensor logits = Tensor.of(repeated, count, row.length);
    sampler.sample(logits, rows, 0, drawn);
    return drawn;
  }

  @Test
  void tokensAreDrawnWithTheProbabilitiesOfTransformers() throws IOException {
    File file = new File("src/test/resources/sampling/expected.json");
    JsonNode expected = new ObjectMapper().readTree(file);
    int[] tokens = ReferenceModel.ints(expected.get("tokens"));
    try (Engine engine = Engine.of(CpuBackend.create(1))) {
      for (JsonNode c : expected.get("cases")) {
        List<Double> uniforms = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        double below = 0;
        double tried = 0;
        for (int id = 0; id < c.get("probabilities").size(); id++) {
          double p = c.get("probabilities").get(id).asDouble();
          if (p > 2 * MARGIN) {
            uniforms.addAll(List.of(below + MARGIN, below + p - MARGIN));
            ids.addAll(List.of(id, id));
            tried += p;
          }
          below += p;
        }
        assertThat(tried).isGreaterThan(1 - 1e-3);
        try (Scope _ = engine.open("draws")) {
          float[] row = logits(expected.get("logits").get(c.get("row").asText()));
          assertThat(draw(sampler(c.get("settings")), row, new Rows(tokens, uniforms)))
              .as("%s %s", c.get("row"), c.get("settings"))
              .isEqualTo(ids.stream().mapToInt(Integer::intValue).toArray());
        }
      }
    }
  }
}
