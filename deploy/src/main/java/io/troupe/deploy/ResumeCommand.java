package io.troupe.deploy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.grpo.LocalRun;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.supervised.SupervisedRun;
import io.troupe.deploy.view.ShownFigures;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.config.TrainConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe resume}: goes on with a run that was interrupted. */
@Command(
    name = "resume",
    description = {
      "Goes on with a run that was interrupted, from its newest checkpoint.",
      "The run's folder says everything: the settings, the data, how far it came."
    },
    footer = {"", "troupe resume runs/20261124-081500-arithmetic"})
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", description = "The run's folder.")
  private Path run;

  @Option(names = "--json", description = "Print a JSON object per event, for programs.")
  private boolean json;

  @Override
  public Integer call() {
    try (RunDirectory folder = RunDirectory.open(run.toAbsolutePath().normalize())) {
      RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
      return SupervisedRun.isIn(folder) ? supervised(folder, output) : grpo(folder, output);
    }
  }

  private static int grpo(RunDirectory folder, RunOutput output) {
    RunConfig config = config(folder);
    return new WatchedRun(folder, output, ShownFigures.GRPO)
        .run(
            RunTitle.of(config) + ", resumed",
            config.render(),
            new GrpoWork(folder, output.style(), listener -> LocalRun.resume(folder, listener)));
  }

  private static int supervised(RunDirectory folder, RunOutput output) {
    TrainConfig config = SupervisedRun.config(folder);
    return new WatchedRun(folder, output, ShownFigures.SUPERVISED)
        .run(
            RunTitle.of(config) + ", resumed",
            config.render(),
            new SupervisedWork(
                folder, output.style(), listener -> SupervisedRun.resume(folder, listener)));
  }

  private static RunConfig config(RunDirectory folder) {
    try {
      return RunConfig.from(ConfigFactory.parseFile(folder.configFile().toFile()).resolve());
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }
}
