package io.troupe.deploy.bench;

import io.troupe.actors.run.ResidentMemory;
import io.troupe.data.graph.NodeGraphFile;
import io.troupe.data.graph.TypedGraphFolder;
import io.troupe.deploy.bench.result.Timings;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.protocols.config.DatasetConfig;
import io.troupe.protocols.graph.HeteroDataset;
import io.troupe.protocols.graph.NodeDataset;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench train}: a language model, or the supervised models of {@code --model}. */
@Command(
    name = "train",
    sortOptions = false,
    description = "Measures training steps: forward, loss, backward, optimizer.")
final class TrainBenchCommand implements Callable<Integer> {
  /** The compiler is busy with the kernels for some seconds. */
  private static final double WARM_UP_SECONDS = 8;

  private static final double SECONDS = 6;

  @Option(
      names = "--shape",
      defaultValue = "tiny",
      description =
          "Size of the language model: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchShape shape;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      defaultValue = "16",
      description = "Sequences per step of the language model (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--new-tokens",
      defaultValue = "128",
      paramLabel = "N",
      description = "Tokens per sequence (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "NAME",
      description =
          "Supervised models instead, with the shapes of the PyTorch benchmarks: lenet5,"
              + " simplecnn, resnet18, resnet50, lstm, gcn, gat, hgt, unet, ddpm or bert.")
  private List<String> models = List.of();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "gcn or gat: graph (default: a random one with the sizes of Cora). hgt: a folder with"
              + " edge.txt and label.txt.")
  private Path data;

  @Option(
      names = "--dense",
      description =
          "gcn or gat: store node features as a dense matrix (default: CSR if few are not 0).")
  private boolean dense;

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

  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws Exception {
    check();
    return options.measure(this::measure);
  }

  private void measure(BenchSession session) throws Exception {
    if (models.isEmpty()) {
      languageModel(session);
    }
    for (String name : models) {
      supervised(name, session);
    }
  }

  private void languageModel(BenchSession session) throws Exception {
    try (Engine engine = session.engine();
        CausalLM model = LlamaModel.random(shape.config(), engine, 1)) {
      for (int batch : batches) {
        session
            .report()
            .add(
                new TrainBench(batch, length)
                    .run(
                        shape,
                        model,
                        session.limits(),
                        warmUps == null ? 5 : warmUps,
                        repeats == null ? 9 : repeats));
      }
    }
  }

  private void supervised(String name, BenchSession session) throws Exception {
    ResidentMemory.resetPeak();
    try (Engine engine = session.engine();
        Scope weights = engine.longLived(name);
        StepBench bench =
            StepBench.of(name, this::graph, this::typedGraph, dense, engine, weights)) {
      session.report().add(bench.result(name, timings(bench), engine));
    }
  }

  private Timings timings(StepBench bench) throws Exception {
    if (warmUps == null) {
      Timings.during(WARM_UP_SECONDS, 2, bench::step);
    }
    int before = warmUps == null ? 0 : warmUps;
    return repeats == null && before == 0
        ? Timings.during(SECONDS, 3, bench::step)
        : Timings.of(before, repeats == null ? 9 : repeats, bench::step);
  }

  private NodeDataset graph() {
    return data == null ? RandomGraph.ofCorasSizes() : NodeGraphFile.read(data);
  }

  private HeteroDataset typedGraph() {
    return TypedGraphFolder.read(data, DatasetConfig.DEFAULTS);
  }

  private void check() {
    options.require(
        !models.contains("hgt") || (data != null && TypedGraphFolder.isAt(data)),
        "--data",
        data,
        "a folder with edge.txt and label.txt for hgt");
    options.requireCounts(batches);
    options.require(warmUps == null || warmUps >= 0, "--warm-ups", warmUps, "0 or more");
    options.require(repeats == null || repeats >= 1, "--repeats", repeats, "1 or more");
    for (String model : models) {
      options.require(
          StepBench.NAMES.contains(model), "--model", model, "one of " + StepBench.NAMES);
    }
    int context = shape.config().lm().maxPositionEmbeddings();
    options.require(
        length >= 2 && length <= context, "--new-tokens", length, "from 2 to " + context);
  }
}
