package io.troupe.deploy;

import io.troupe.actors.grpo.GrpoAlgorithm;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.deploy.view.ShownFigures;
import io.troupe.protocols.config.RunConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code troupe simulate}: a GRPO run in this process. Every key of {@link RunConfig} is an option.
 */
@Command(
    name = "simulate",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe simulate [OPTIONS]",
    description = {
      "Trains a language model with GRPO in one process.",
      "Without options, a small model learns the built-in task, addition. With --model and --train,"
          + " a Llama, Qwen2 or GPT-2 model in Hugging Face's layout is trained on your prompts.",
      "",
      "Precedence of settings, lowest first: defaults, built-in task, --config, options, --set."
    },
    optionListHeading = "%n",
    footer = {
      "",
      "troupe simulate --seed 7",
      "troupe simulate --model MODEL --train train.jsonl --held-out test.jsonl \\",
      "    --reward numeric-match --reward 'length:0.2,max=80' --steps 200"
    })
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GrpoOptions options;

  @Option(names = "--json", description = "Print one JSON object per event.")
  private boolean json;

  private SimulateCommand() {}

  /** The command with an option for every setting. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new SimulateCommand());
    GrpoOptions.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() {
    GrpoOptions.NewRun run = options.read(spec);
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    try (GrpoOptions.Created created = run.create()) {
      return run(created, output);
    }
  }

  private static int run(GrpoOptions.Created created, RunOutput output) {
    RunConfig config = created.inputs().config();
    RunDirectory directory = created.directory().begin();
    return new WatchedRun(directory, output, ShownFigures.GRPO)
        .run(
            RunTitle.of(config),
            config.render(),
            new GrpoWork(
                directory,
                output.style(),
                listener -> Run.train(new GrpoAlgorithm(created.inputs()), directory, listener)));
  }
}
