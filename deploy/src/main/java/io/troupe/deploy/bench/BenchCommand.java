package io.troupe.deploy.bench;

import io.troupe.data.graph.NodeGraphFile;
import io.troupe.data.json.FiniteJson;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.rollout.tokenizer.CharacterTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures speed on this machine, and the minimum time that its hardware allows. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures speed on this machine, on models of random weights.",
      "The floor of a figure is the time of the same arithmetic and memory traffic at the rates of"
          + " a large matrix product and of sequential reads on this machine."
    })
public final class BenchCommand implements Callable<Integer> {
  /** The workloads. */
  enum Work {
    GRPO,
    DECODE,
    TRAIN;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** The compiler is busy with the kernels for some seconds. */
  private static final double WARM_UP_SECONDS = 8;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "WORK", description = "Workload: ${COMPLETION-CANDIDATES}.")
  private Work work;

  @Option(
      names = "--shape",
      defaultValue = "tiny",
      description = "Size of the model: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchShape shape;

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "NAME",
      description =
          "train: supervised model, with the shapes of the PyTorch benchmarks: lenet5, simplecnn,"
              + " resnet18, resnet50, lstm, gcn, gat, unet or ddpm.")
  private List<String> models = List.of();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "train --model gcn or gat: graph (default: a random one with the sizes of Cora).")
  private Path data;

  @Option(
      names = "--dense",
      description =
          "train --model gcn or gat: store node features as a dense matrix (default: CSR if few are"
              + " not 0).")
  private boolean dense;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Sequences per batch (default: decode 1,32, train 16).")
  private List<Integer> batches = List.of();

  @Option(
      names = "--mode",
      split = ",",
      paramLabel = "MODE",
      defaultValue = "greedy,sample",
      description =
          "decode: greedy, or sample with top-k 50 and top-p 0.95 (default: ${DEFAULT-VALUE}).")
  private List<String> modes;

  @Option(
      names = "--prompt-tokens",
      defaultValue = "32",
      paramLabel = "N",
      description = "decode: prompt length (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--new-tokens",
      defaultValue = "128",
      paramLabel = "N",
      description =
          "decode: completion length; train: sequence length (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  @Option(
      names = "--groups-per-step",
      defaultValue = "8",
      paramLabel = "N",
      description = "grpo: prompts per step (default: ${DEFAULT-VALUE}).")
  private int groupsPerStep;

  @Option(
      names = "--num-generations",
      defaultValue = "8",
      paramLabel = "N",
      description = "grpo: completions per prompt (default: ${DEFAULT-VALUE}).")
  private int numGenerations;

  @Option(
      names = "--max-completion-length",
      defaultValue = "32",
      paramLabel = "N",
      description = "grpo: completion length (default: ${DEFAULT-VALUE}).")
  private int completionLength;

  @Option(
      names = "--max-staleness",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "grpo: policy versions by which generation may run ahead (default: ${DEFAULT-VALUE}).")
  private int maxStaleness;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Number of compute threads. 0: one per core (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      description =
          "Repetitions before the measured ones (default: 5; with --model as many as fit into 8 s,"
              + " at most 500).")
  private Integer warmUps;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      description =
          "Measured repetitions, of which the median is reported (default: 9; with --model as many"
              + " as fit into 6 s, at least 3).")
  private Integer repeats;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    requireSettings();
    int computing = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    if (!models.isEmpty()) {
      supervised(computing);
      return 0;
    }
    int warmUps = this.warmUps == null ? 5 : this.warmUps;
    int repeats = this.repeats == null ? 9 : this.repeats;
    try (Engine engine = Engine.of(CpuBackend.create(computing));
        Tokenizer tokenizer = tokenizer();
        CausalLM model = LlamaModel.random(shape.config(), engine, 1)) {
      MachineLimits limits = MachineLimits.measure(engine, computing);
      Report report = new Report(Backend.of(engine).name(), limits);
      report.begin();
      switch (work) {
        case GRPO ->
            report.add(
                new GrpoBench(
                        groupsPerStep, numGenerations, completionLength, maxStaleness, computing)
                    .run(shape, model, tokenizer, limits, warmUps, repeats));
        case TRAIN -> {
          for (int batch : batchesOr(16)) {
            report.add(
                new TrainBench(batch, newTokens).run(shape, model, limits, warmUps, repeats));
          }
        }
        case DECODE -> {
          for (int batch : batchesOr(1, 32)) {
            for (String mode : modes) {
              report.add(
                  new DecodeBench(batch, mode.equals("sample"), promptTokens, newTokens)
                      .run(shape, model, tokenizer, limits, warmUps, repeats));
            }
          }
        }
      }
    }
    return 0;
  }

  private void supervised(int computing) throws Exception {
    StepReport report = new StepReport(spec.commandLine().getOut(), json);
    report.begin();
    for (String name : models) {
      try (Engine engine = Engine.of(CpuBackend.create(computing));
          Scope weights = engine.longLived(name);
          StepBench bench = StepBench.of(name, this::graph, dense, engine, weights)) {
        if (warmUps == null) {
          Timings.during(WARM_UP_SECONDS, 2, bench::step);
        }
        int before = warmUps == null ? 0 : warmUps;
        Timings timings =
            repeats == null && before == 0
                ? Timings.during(6, 3, bench::step)
                : Timings.of(before, repeats == null ? 9 : repeats, bench::step);
        report.add(name, bench, timings, engine, computing);
      }
    }
  }

  private NodeDataset graph() {
    return data == null ? RandomGraph.ofCorasSizes() : NodeGraphFile.read(data);
  }

  private List<Integer> batchesOr(Integer... otherwise) {
    return batches.isEmpty() ? List.of(otherwise) : batches;
  }

  private void requireSettings() {
    for (String mode : modes) {
      require(mode.equals("greedy") || mode.equals("sample"), "--mode", mode, "greedy or sample");
    }
    List<Integer> counts = new ArrayList<>(batches);
    counts.addAll(List.of(promptTokens, groupsPerStep, completionLength));
    if (repeats != null) {
      counts.add(repeats);
    }
    counts.forEach(count -> require(count >= 1, "a count", count, "1 or more"));
    require(newTokens >= 2, "--new-tokens", newTokens, "2 or more");
    require(numGenerations >= 2, "--num-generations", numGenerations, "2 or more");
    require(threads >= 0, "--threads", threads, "0 or more");
    require(warmUps == null || warmUps >= 0, "--warm-ups", warmUps, "0 or more");
    require(
        models.isEmpty() || work == Work.TRAIN, "--model", models, "used with bench train only");
    for (String model : models) {
      require(StepBench.NAMES.contains(model), "--model", model, "one of " + StepBench.NAMES);
    }
    int context = shape.config().lm().maxPositionEmbeddings();
    require(
        promptTokens + newTokens <= context && completionLength <= context - 8,
        "the length",
        promptTokens + newTokens,
        "at most the context of " + context + " tokens");
  }

  private void require(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(), name + " must be " + expected + ", got " + value);
    }
  }

  /** A character for each token id: digits and signs, then others up to the vocabulary size. */
  private Tokenizer tokenizer() {
    StringBuilder alphabet = new StringBuilder("0123456789+=");
    int vocab = shape.config().lm().vocabSize();
    for (int c = 'A'; alphabet.codePointCount(0, alphabet.length()) < vocab - 3; c++) {
      if (Character.isLetter(c)) {
        alphabet.appendCodePoint(c);
      }
    }
    return new CharacterTokenizer(alphabet.toString());
  }

  /** Prints results as they become available. */
  private final class Report {
    private final PrintWriter out = spec.commandLine().getOut();
    private final String backend;
    private final MachineLimits limits;

    Report(String backend, MachineLimits limits) {
      this.backend = backend;
      this.limits = limits;
    }

    void begin() {
      if (!json) {
        out.printf(
            "%s: %.0f GFLOP/s in a matrix product, %.1f GB/s read%n%n",
            backend, limits.flopsPerSecond() * 1e-9, limits.bytesPerSecond() * 1e-9);
        out.printf(
            "%-7s %-44s %12s %15s %12s %6s%n",
            "work", "", "median", "per second", "floor", "share");
        out.flush();
      }
    }

    void add(BenchResult result) throws Exception {
      if (json) {
        Map<String, Object> line = result.toMap();
        line.put("backend", backend);
        line.put("product_gflop_s", limits.flopsPerSecond() * 1e-9);
        line.put("read_gb_s", limits.bytesPerSecond() * 1e-9);
        out.println(FiniteJson.line(line));
      } else {
        out.printf(
            "%-7s %-44s %9.1f ms %9.0f %-7s %7.1f ms %4.0f %%%n",
            result.work(),
            result.settings().entrySet().stream()
                .map(
                    e ->
                        e.getKey().equals("shape")
                            ? "" + e.getValue()
                            : e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", ")),
            result.timings().median() * 1e3,
            result.medianRate(),
            result.unit(),
            result.floorSeconds() * 1e3,
            100 * result.shareOfFloor());
      }
      out.flush();
    }
  }
}
