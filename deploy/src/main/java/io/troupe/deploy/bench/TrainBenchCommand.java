package io.troupe.deploy.bench;

import io.troupe.actors.run.ResidentMemory;
import io.troupe.deploy.bench.step.GraphSources;
import io.troupe.deploy.bench.step.StepBench;
import io.troupe.deploy.bench.step.Workloads;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import java.nio.file.Path;
import java.util.Iterator;
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
          "Supervised models instead, with the shapes of the PyTorch benchmarks:"
              + " ${COMPLETION-CANDIDATES}.",
      completionCandidates = WorkloadNames.class)
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

  @Mixin private TimedRepetitions repetitions;
  @Mixin private BenchOptions options;

  /** The names of {@code --model}. */
  private static final class WorkloadNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Workloads.names().iterator();
    }
  }

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
            .add(new TrainBench(batch, length).run(shape, model, session.limits(), repetitions));
      }
    }
  }

  private void supervised(String name, BenchSession session) throws Exception {
    ResidentMemory.resetPeak();
    try (Engine engine = session.engine();
        Scope weights = engine.longLived(name);
        StepBench bench = Workloads.of(name).prepare(graphs(), engine, weights)) {
      session.report().add(bench.result(name, repetitions.measure(bench::step), engine));
    }
  }

  private GraphSources graphs() {
    return new GraphSources(data, dense);
  }

  private void check() {
    repetitions.check(options);
    options.require(
        !models.contains("hgt") || graphs().hasTypes(),
        "--data",
        data,
        "a folder with edge.txt and label.txt for hgt");
    options.requireCounts(batches);
    for (String model : models) {
      options.require(
          Workloads.names().contains(model), "--model", model, "one of " + Workloads.names());
    }
    int context = shape.config().lm().maxPositionEmbeddings();
    options.require(
        length >= 2 && length <= context, "--new-tokens", length, "from 2 to " + context);
  }
}
