package io.troupe.deploy.bench;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code troupe bench grpo}. */
@Command(
    name = "grpo",
    sortOptions = false,
    description = "Measures the steps of a whole GRPO run with actors, rewards and weight updates.")
final class GrpoBenchCommand implements Callable<Integer> {
  @Option(
      names = "--shape",
      defaultValue = "tiny",
      description = "Size of the model: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchShape shape;

  @Option(
      names = "--groups-per-step",
      defaultValue = "8",
      paramLabel = "N",
      description = "Prompts per step (default: ${DEFAULT-VALUE}).")
  private int groupsPerStep;

  @Option(
      names = "--num-generations",
      defaultValue = "8",
      paramLabel = "N",
      description = "Completions per prompt (default: ${DEFAULT-VALUE}).")
  private int numGenerations;

  @Option(
      names = "--max-completion-length",
      defaultValue = "32",
      paramLabel = "N",
      description = "Tokens of each completion (default: ${DEFAULT-VALUE}).")
  private int completionLength;

  @Option(
      names = "--max-staleness",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Policy versions by which generation may run ahead (default: ${DEFAULT-VALUE}).")
  private int maxStaleness;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Another setting of the run, such as grpo.gradient-checkpointing=true.")
  private List<String> settings = List.of();

  @Mixin private Repetitions repetitions;
  @Mixin private BenchOptions options;

  @Override
  public Integer call() throws Exception {
    repetitions.check(options);
    options.requireCounts(List.of(groupsPerStep, completionLength));
    options.require(numGenerations >= 2, "--num-generations", numGenerations, "2 or more");
    int context = shape.config().lm().maxPositionEmbeddings();
    options.require(
        completionLength <= context - GrpoBench.LONGEST_PROMPT,
        "--max-completion-length",
        completionLength,
        "at most " + (context - GrpoBench.LONGEST_PROMPT));
    for (String setting : settings) {
      options.require(setting.indexOf('=') > 0, "--set", setting, "KEY=VALUE");
    }
    GrpoBench bench =
        new GrpoBench(groupsPerStep, numGenerations, completionLength, maxStaleness, settings);
    return options.measure(
        session ->
            session
                .report()
                .add(bench.run(shape, session, repetitions.warmUps(), repetitions.repeats())));
  }
}
