package io.troupe.deploy.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.grpo.GrpoAlgorithm;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.run.ResidentMemory;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.RunListener;
import io.troupe.deploy.bench.result.BenchResult;
import io.troupe.deploy.bench.result.MachineLimits;
import io.troupe.deploy.bench.result.Timings;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.RunConfig;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * GRPO end to end: a whole run with its actors, rewards and weights over Aeron. The time of a step
 * is measured from the end of the previous step.
 *
 * @param prompts groups per step
 * @param generations completions per prompt
 * @param completionTokens tokens of each completion
 * @param maxStaleness policy versions by which generation may run ahead
 * @param overrides other settings of the run, as KEY=VALUE
 */
record GrpoBench(
    int prompts, int generations, int completionTokens, int maxStaleness, List<String> overrides) {
  /** Tokens of the longest prompt, {@code 99+99=}, and some more. */
  static final int LONGEST_PROMPT = 8;

  private static final int PROMPT_TOKENS = 6;

  BenchResult run(BenchShape shape, BenchSession session, int warmUps, int repeats)
      throws Exception {
    Path work = Files.createTempDirectory("troupe-bench");
    try {
      StepTimes times = new StepTimes();
      RunConfig config = config(work, shape, session, warmUps + repeats);
      MachineLimits limits = limits(shape, session);
      ResidentMemory.resetPeak();
      try (GrpoInputs inputs = GrpoInputs.load(config);
          RunDirectory folder = RunDirectory.create(work.resolve("run"), config.render())) {
        Run.train(new GrpoAlgorithm(inputs), folder, times);
      }
      Timings timings = times.afterWarmUp(warmUps);
      return new BenchResult(
          "grpo",
          title(shape),
          settings(shape),
          "samples",
          samples(),
          timings,
          OptionalDouble.of(floor(shape, limits)),
          times.details());
    } finally {
      deleteTree(work);
    }
  }

  private static MachineLimits limits(BenchShape shape, BenchSession session) throws Exception {
    try (Engine engine = session.engine()) {
      return session.limits().forReadsOf(engine, shape.weightBytes());
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

    Map<String, Object> details() {
      Map<String, Object> details = new LinkedHashMap<>();
      details.put("mean_length", last.getOrDefault("completions/mean_length", Double.NaN));
      details.put("wait_for_samples_s", median("time/wait_for_samples"));
      details.put("train_s", median("time/train"));
      details.put("first_step_s", seconds.getFirst());
      details.put("second_step_s", seconds.size() < 2 ? Double.NaN : seconds.get(1));
      return details;
    }

    Timings afterWarmUp(int warmUps) {
      return new Timings(
          seconds.subList(warmUps, seconds.size()).stream()
              .mapToDouble(Double::doubleValue)
              .toArray());
    }
  }

  private RunConfig config(Path work, BenchShape shape, BenchSession session, int steps)
      throws IOException {
    Path train = Files.writeString(work.resolve("train.jsonl"), questions());
    Map<String, Object> settings = new LinkedHashMap<>();
    try (Tokenizer tokenizer = shape.tokenizer()) {
      Path model = saveModel(work, shape, session, tokenizer);
      settings.put("model", model.toString());
      settings.put("rewards", List.of(Map.of("name", "regex", "pattern", reward(tokenizer))));
    }
    settings.put("data.train", train.toString());
    settings.put("steps", steps);
    settings.put("save-steps", Integer.MAX_VALUE);
    settings.put("log-samples", 0);
    settings.put("threads", session.threads());
    settings.put("max-staleness", maxStaleness);
    settings.put("groups-per-step", prompts);
    settings.put("grpo.num-generations", generations);
    settings.put("grpo.max-completion-length", completionTokens);
    settings.put("grpo.ignore-eos", true);
    settings.put("optimizer.learning-rate", 1e-6);
    Config others = ConfigFactory.parseString(String.join("\n", overrides));
    return RunConfig.from(others.withFallback(ConfigFactory.parseMap(settings)));
  }

  /** Saves the model with its own engine, so that the run does not share the process with it. */
  private static Path saveModel(
      Path work, BenchShape shape, BenchSession session, Tokenizer tokenizer) throws IOException {
    Path folder = Files.createDirectory(work.resolve("model"));
    try (Engine engine = session.engine();
        CausalLM model = LlamaModel.random(shape.config(), engine, 1)) {
      PretrainedModel.save(model, folder);
    }
    tokenizer.save(folder);
    return folder;
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

  private String title(BenchShape shape) {
    String title = "grpo %s %dx%dx%d".formatted(shape, prompts, generations, completionTokens);
    return title
        + (maxStaleness == 0 ? "" : ", staleness " + maxStaleness)
        + (overrides.isEmpty() ? "" : ", " + String.join(", ", overrides));
  }

  private Map<String, Object> settings(BenchShape shape) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("shape", shape.toString());
    settings.put("prompts", prompts);
    settings.put("generations", generations);
    settings.put("completion", completionTokens);
    settings.put("max_staleness", maxStaleness);
    return settings;
  }

  /** Decoding reads the weights once per token; training has three products per matrix. */
  private double floor(BenchShape shape, MachineLimits limits) {
    double positions = PROMPT_TOKENS + completionTokens / 2.0;
    double adds = shape.multiplyAddsPerToken() + shape.attentionMultiplyAdds(positions);
    double decoding =
        completionTokens
            * limits.floorSeconds(
                samples() * adds, shape.weightBytes() + samples() * shape.cacheBytes(positions));
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
