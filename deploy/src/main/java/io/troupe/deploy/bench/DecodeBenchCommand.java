package io.troupe.deploy.bench;

import io.troupe.deploy.bench.result.MachineLimits;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.nn.lm.CausalLM;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench decode}. */
@Command(
    name = "decode",
    sortOptions = false,
    description = "Measures the generation of completions, prefill included.")
final class DecodeBenchCommand implements Callable<Integer> {
  @Option(
      names = "--shape",
      defaultValue = "tiny",
      description = "Size of the model: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchShape shape;

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,32",
      description = "Sequences per batch (default: ${DEFAULT-VALUE}).")
  private List<Integer> batches;

  @Option(
      names = "--mode",
      split = ",",
      paramLabel = "MODE",
      defaultValue = "greedy,sample",
      description = "greedy, or sample with top-k 50 and top-p 0.95 (default: ${DEFAULT-VALUE}).")
  private List<String> modes;

  @Option(
      names = "--prompt-tokens",
      defaultValue = "32",
      paramLabel = "N",
      description = "Prompt length (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--new-tokens",
      defaultValue = "128",
      paramLabel = "N",
      description = "Completion length (default: ${DEFAULT-VALUE}).")
  private int newTokens;

  @Mixin private TimedRepetitions repetitions;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws Exception {
    check();
    return options.measure(this::measure);
  }

  private void measure(BenchSession session) throws Exception {
    try (Engine engine = session.engine();
        Tokenizer tokenizer = shape.tokenizer();
        CausalLM model = LlamaModel.random(shape.config(), engine, 1)) {
      MachineLimits limits = session.limits().forReadsOf(engine, shape.weightBytes());
      for (int batch : batches) {
        for (String mode : modes) {
          session
              .report()
              .add(
                  new DecodeBench(batch, mode.equals("sample"), promptTokens, newTokens)
                      .run(shape, model, tokenizer, limits, repetitions));
        }
      }
    }
  }

  private void check() {
    repetitions.check(options);
    for (String mode : modes) {
      options.require(
          mode.equals("greedy") || mode.equals("sample"), "--mode", mode, "greedy or sample");
    }
    options.requireCounts(batches);
    options.requireCounts(List.of(promptTokens));
    options.require(newTokens >= 2, "--new-tokens", newTokens, "2 or more");
    int context = shape.config().lm().maxPositionEmbeddings();
    options.require(
        promptTokens + newTokens <= context,
        "the length",
        promptTokens + newTokens,
        "at most the context of " + context + " tokens");
  }
}
