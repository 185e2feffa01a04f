package io.troupe.deploy.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.grpo.GrpoAlgorithm;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * GRPO end to end: a whole run with its actors, rewards and weights over Aeron. The time of a step
 * is measured from the end of the previous step.
 *
 * @param prompts groups per step
 * @param generations completions per prompt
 * @param completionTokens tokens of each completion
 * @param maxStaleness policy versions by which generation may run ahead
 * @param threads of the compute pool
 */
record GrpoBench(
    int prompts, int generations, int completionTokens, int maxStaleness, int threads) {
  private static final int PROMPT_TOKENS = 6;

  BenchResult run(
      BenchShape shape,
      CausalLM model,
      Tokenizer tokenizer,
      MachineLimits limits,
      int warmUps,
      int repeats)
      throws Exception {
    Path work = Files.createTempDirectory("troupe-bench");
    try {
      StepTimes times = new StepTimes();
      RunConfig config = config(work, model, tokenizer, warmUps + repeats);
      try (GrpoInputs inputs = GrpoInputs.load(config);
          RunDirectory folder = RunDirectory.create(work.resolve("run"), config.render())) {
        Run.train(new GrpoAlgorithm(inputs), folder, times);
      }
      Timings timings = times.afterWarmUp(warmUps);
      return new BenchResult(
          "grpo", settings(shape, times), "samples", samples(), timings, floor(shape, limits));
    } finally {
      deleteTree(work);
    }
  }

  private double samples() {
    return (double) prompts * generations;
  }

  /** The end times of steps, and their metrics. */
  private static final class StepTimes implements RunListener {
    private final List<Double> seconds = new ArrayList<>();
    private long before;
    private final List<Map<String, Double>> metrics = new ArrayList<>();
    private Map<String, Double> last = Map.of();

    @Override
    public void onEvent(RunEvent event) {
      switch (event) {
        case RunEvent.PhaseStarted _ -> before = System.nanoTime();
        case RunEvent.StepTrained(var _, var _, var stepMetrics) -> onStep(stepMetrics);
        case RunEvent.WarmStartStep _,
            RunEvent.Evaluated _,
            RunEvent.SamplesTrained _,
            RunEvent.Finished _ -> {}
      }
    }

    private void onStep(Map<String, Double> stepMetrics) {
      long now = System.nanoTime();
      seconds.add((now - before) * 1e-9);
      before = now;
      last = Map.copyOf(stepMetrics);
      metrics.add(last);
    }

    double median(String name) {
      double[] values =
          metrics.subList(metrics.size() / 2, metrics.size()).stream()
              .mapToDouble(step -> step.getOrDefault(name, Double.NaN))
              .toArray();
      return new Timings(values).median();
    }

    Timings afterWarmUp(int warmUps) {
      return new Timings(
          seconds.subList(warmUps, seconds.size()).stream()
              .mapToDouble(Double::doubleValue)
              .toArray());
    }
  }

  private RunConfig config(Path work, CausalLM model, Tokenizer tokenizer, int steps)
      throws IOException {
    Path folder = Files.createDirectory(work.resolve("model"));
    PretrainedModel.save(model, folder);
    tokenizer.save(folder);
    Path train = Files.writeString(work.resolve("train.jsonl"), questions());
    Config config =
        ConfigFactory.parseMap(
            Map.ofEntries(
                Map.entry("model", folder.toString()),
                Map.entry("data.train", train.toString()),
                Map.entry(
                    "rewards", List.of(Map.of("name", "regex", "pattern", reward(tokenizer)))),
                Map.entry("steps", steps),
                Map.entry("save-steps", Integer.MAX_VALUE),
                Map.entry("log-samples", 0),
                Map.entry("threads", threads),
                Map.entry("max-staleness", maxStaleness),
                Map.entry("groups-per-step", prompts),
                Map.entry("grpo.num-generations", generations),
                Map.entry("grpo.max-completion-length", completionTokens),
                Map.entry("grpo.ignore-eos", true),
                Map.entry("optimizer.learning-rate", 1e-6)));
    return RunConfig.from(config);
  }

  /**
   * Rewards a completion that begins with one of half the characters. The policy stays almost
   * random, so that nearly every group has different rewards and is trained on.
   */
  private static String reward(Tokenizer tokenizer) {
    int middle = tokenizer.vocabSize() / 2;
    return "^[0-9+=A-\\x{%x}]".formatted(tokenizer.decode(new int[] {middle}).codePointAt(0));
  }

  private static String questions() {
    StringBuilder lines = new StringBuilder();
    Philox random = Philox.of(3);
    for (int i = 0; i < 4096; i++) {
      lines.append(
          "{\"prompt\": \"%d+%d=\"}%n"
              .formatted(
                  (int) (100 * random.uniform(2L * i)), (int) (100 * random.uniform(2L * i + 1))));
    }
    return lines.toString();
  }

  private Map<String, Object> settings(BenchShape shape, StepTimes times) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("shape", shape.toString());
    settings.put("prompts", prompts);
    settings.put("generations", generations);
    settings.put("completion", completionTokens);
    settings.put("max_staleness", maxStaleness);
    settings.put("mean_length", times.last.getOrDefault("completions/mean_length", Double.NaN));
    settings.put("wait_for_samples_s", times.median("time/wait_for_samples"));
    settings.put("train_s", times.median("time/train"));
    return settings;
  }

  /** Decoding reads the weights once per token; training has three products per matrix. */
  private double floor(BenchShape shape, MachineLimits limits) {
    double positions = PROMPT_TOKENS + completionTokens / 2.0;
    double adds = shape.multiplyAddsPerToken() + shape.attentionMultiplyAdds(positions);
    double decoding =
        completionTokens
            * limits.floorSeconds(
                samples() * adds,
                shape.weightBytes() + samples() * 4 * shape.attentionMultiplyAdds(positions));
    double rows = samples() * completionTokens + prompts * (double) PROMPT_TOKENS;
    return decoding + limits.floorSeconds(3 * rows * adds, 10.0 * shape.weightBytes());
  }

  private static void deleteTree(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
