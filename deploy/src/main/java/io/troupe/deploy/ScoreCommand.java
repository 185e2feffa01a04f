package io.troupe.deploy;

import io.troupe.deploy.score.CompletionFile;
import io.troupe.deploy.score.RewardMeans;
import io.troupe.deploy.score.ScorePrinter;
import io.troupe.deploy.settings.RewardArgument;
import io.troupe.protocols.config.RewardConfig;
import io.troupe.reward.RewardSum;
import io.troupe.reward.Rewards;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code troupe score}: scores given completions, to check a reward before a run. */
@Command(
    name = "score",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe score --data FILE --reward REWARD [OPTIONS]",
    description = {
      "Scores the completions in a file with the rewards of a run and prints each score with the"
          + " part of the completion and of the answer that was compared."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe score --data samples.jsonl --reward numeric-match",
      "troupe score --data out.parquet --completion-column response \\",
      "    --reward 'numeric-match,field=reward_model.ground_truth' --reward format:0.2"
    })
final class ScoreCommand implements Callable<Integer> {
  private static final int FILE_WIDTH = 200;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description =
          "Completions in a .jsonl, .json, .csv or .parquet file. The other columns, such as"
              + " answer, are the fields that rewards compare with.")
  private Path data;

  @Option(
      names = "--completion-column",
      defaultValue = "completion",
      paramLabel = "NAME",
      description = "Column of the completions (default: ${DEFAULT-VALUE}).")
  private String completionColumn;

  @Option(
      names = "--prompt-column",
      defaultValue = "",
      paramLabel = "NAME",
      description = "Column of the prompts (default: prompt, question or text, if there is one).")
  private String promptColumn;

  @Option(
      names = "--reward",
      required = true,
      paramLabel = "REWARD",
      description =
          "NAME, NAME:WEIGHT or NAME:WEIGHT,KEY=VALUE,... as for troupe simulate. Repeatable.")
  private List<String> rewards = new ArrayList<>();

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Model directory whose tokenizer counts tokens. The reward length needs it.")
  private Path model;

  @Option(
      names = "--limit",
      defaultValue = "0",
      paramLabel = "N",
      description = "Maximum number of rows to score (default: ${DEFAULT-VALUE}, all).")
  private int limit;

  @Option(names = "--json", description = "Print one JSON object per completion.")
  private boolean json;

  @Override
  public Integer call() {
    RewardSum sum = Arguments.read(spec, this::readRewards);
    RewardMeans means = new RewardMeans();
    ScorePrinter printer = printer(sum);
    try (Tokenizer tokenizer = model == null ? null : AutoTokenizer.load(model)) {
      new CompletionFile(data, completionColumn, promptColumn, Optional.ofNullable(tokenizer))
          .score(
              sum,
              limit,
              row -> {
                means.add(row);
                printer.print(row);
              });
    }
    printer.finish(means);
    return ExitCode.OK;
  }

  private RewardSum readRewards() {
    Arguments.requireAtLeast("--limit", limit, 0);
    RewardSum sum =
        Rewards.sum(
            rewards.stream()
                .map(typed -> RewardConfig.from(RewardArgument.parse(typed).root()))
                .toList());
    boolean readsTokens = sum.parts().stream().anyMatch(part -> part.reward().readsTokens());
    if (readsTokens && model == null) {
      throw new IllegalArgumentException(
          "--model must be a model directory, got nothing; a reward counts tokens");
    }
    return sum;
  }

  private ScorePrinter printer(RewardSum sum) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      return new ScorePrinter.Json(out);
    }
    boolean terminal = RunOutput.of(out, false).terminal();
    int width = terminal ? spec.usageMessage().autoWidth(true).width() : FILE_WIDTH;
    return new ScorePrinter.Table(
        out, width, sum.parts().stream().map(part -> part.reward().name()).toList());
  }
}
