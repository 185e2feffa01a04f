package io.troupe.training.grpo;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.protocols.config.GrpoConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import io.troupe.tensor.DType;
import io.troupe.tensor.Tensor;
import io.troupe.training.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One case of {@code grpo/make_fixtures.py}: the samples, the settings and TRL's results. */
record TrlCase(JsonNode fixture) {
  /** The policy version of the samples. */
  static final long VERSION = 3;

  private static final JsonNode SAMPLES = Fixtures.json("grpo/samples.json");
  private static final int GENERATIONS = 4;

  static List<TrlCase> all() {
    List<TrlCase> cases = new ArrayList<>();
    Fixtures.json("grpo/cases.json").forEach(fixture -> cases.add(new TrlCase(fixture)));
    return cases;
  }

  @Override
  public String toString() {
    return fixture.get("family").asText() + ":" + fixture.get("name").asText();
  }

  boolean isLlama() {
    return fixture.get("family").asText().equals("llama");
  }

  DType dtype() {
    return isLlama() ? DType.FLOAT32 : DType.FLOAT64;
  }

  String policyFolder() {
    return isLlama() ? "grpo/llama" : "grpo/policy";
  }

  String referenceFolder() {
    return isLlama() ? "grpo/llama-reference" : "grpo/reference";
  }

  double learningRate() {
    return SAMPLES.get("learningRate").doubleValue();
  }

  GrpoConfig config(int microBatchTokens, int gradientShards) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("gradient-shards", gradientShards);
    settings.put("num-generations", GENERATIONS);
    settings.put("max-completion-length", SAMPLES.get("maxCompletionLength").intValue());
    settings.put("micro-batch-tokens", microBatchTokens);
    for (Map.Entry<String, JsonNode> option : fixture.get("options").properties()) {
      if (!List.of("old", "rewards").contains(option.getKey())) {
        settings.put(option.getKey().replace('_', '-'), option.getValue().asText());
      }
    }
    return GrpoConfig.from(ConfigFactory.parseMap(settings));
  }

  double[] rewards() {
    return Fixtures.doubles(fixture.get("options").get("rewards"));
  }

  double[] advantages() {
    return Fixtures.doubles(fixture.get("advantages"));
  }

  double meanLoss() {
    return Arrays.stream(Fixtures.doubles(fixture.get("losses"))).average().orElseThrow();
  }

  Map<String, Double> metrics() {
    Map<String, Double> metrics = new HashMap<>();
    fixture
        .get("metrics")
        .properties()
        .forEach(e -> metrics.put(e.getKey(), e.getValue().asDouble()));
    return metrics;
  }

  /** The gradients of the parameters, concatenated in the order of their names. */
  double[] gradient(int numel) {
    try (SafetensorsFile file = SafetensorsFile.open(Fixtures.path("grpo/gradients.safetensors"))) {
      Tensor gradient = Tensor.of(new double[numel]);
      file.read(toString(), gradient);
      return gradient.toDoubles();
    }
  }

  List<ScoredGroup> groups() {
    JsonNode prompts = SAMPLES.get(isLlama() ? "unevenPrompts" : "prompts");
    double[] rewards = rewards();
    List<ScoredGroup> groups = new ArrayList<>();
    for (int g = 0; g < prompts.size(); g++) {
      Prompt prompt = new Prompt(g, "", Fixtures.ints(prompts.get(g)), Map.of());
      List<Completion> completions = new ArrayList<>();
      List<Score> scores = new ArrayList<>();
      for (int i = 0; i < GENERATIONS; i++) {
        completions.add(completion(g, i));
        scores.add(score(rewards[g * GENERATIONS + i]));
      }
      GroupSpec spec = new GroupSpec(g, prompt, GENERATIONS, 0);
      groups.add(new ScoredGroup(new SampledGroup(spec, completions), scores));
    }
    return groups;
  }

  private static Score score(double reward) {
    return Double.isNaN(reward)
        ? new Score.Unscorable("no answer")
        : new Score.Scored(reward, Map.of());
  }

  private Completion completion(int group, int index) {
    int[] ids = Fixtures.ints(SAMPLES.get("completions").get(group).get(index));
    int row = group * GENERATIONS + index;
    String old = fixture.get("options").path("old").asText("self");
    boolean offPolicy = old.equals("recorded") || (old.equals("mixed") && row % 3 == 0);
    double[] recorded = Fixtures.doubles(SAMPLES.get("recordedLogps").get(row));
    float[] logProbs = new float[ids.length];
    long[] versions = new long[ids.length];
    for (int t = 0; t < ids.length; t++) {
      logProbs[t] = (float) recorded[t];
      versions[t] = offPolicy ? VERSION - 1 : VERSION;
    }
    int last = ids[ids.length - 1];
    FinishReason reason =
        last == SAMPLES.get("eos").intValue()
            ? new FinishReason.EndOfText(last)
            : new FinishReason.LengthLimit(ids.length);
    return new Completion(index, ids, logProbs, versions, "", reason);
  }
}
