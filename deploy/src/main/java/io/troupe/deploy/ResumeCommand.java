package io.troupe.deploy;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.grpo.GrpoAlgorithm;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.Run;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.supervised.ResultObserver;
import io.troupe.actors.supervised.SupervisedAlgorithm;
import io.troupe.actors.supervised.SupervisedInputs;
import io.troupe.actors.supervised.SupervisedSummary;
import io.troupe.deploy.cluster.ClusterSession;
import io.troupe.deploy.cluster.ClusterSize;
import io.troupe.deploy.cluster.RunIdentity;
import io.troupe.deploy.view.ShownFigures;
import io.troupe.protocols.config.RunConfig;
import io.troupe.protocols.config.StoredConfig;
import io.troupe.protocols.config.TrainConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe resume}: resumes a run that was interrupted. */
@Command(
    name = "resume",
    description = {
      "Resumes a run that was interrupted, from its newest checkpoint. The run directory has the"
          + " settings. A clustered run on one machine continues with the same number of processes."
    },
    footer = {"", "troupe resume runs/20261124-081500-arithmetic"})
final class ResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The run directory.")
  private Path run;

  @Option(names = "--json", description = "Print one JSON object per event.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path path = run.toAbsolutePath().normalize();
    RunDirectory.requireUnfinished(path);
    return RunIdentity.isPresent(path) ? clustered(path) : local(path);
  }

  /** Continues a run whose log decides: a process alone must not train past it. */
  private int clustered(Path path) throws IOException, InterruptedException {
    ClusterSize size =
        ClusterSize.of(path)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "DIR must be a run of one machine, got a run of several hosts; start its"
                            + " first node again: troupe run --output-dir "
                            + path));
    try (Interruption _ = Interruption.ofThisThread()) {
      new ClusterSession(
              path,
              size,
              0,
              ClusterKey.defaultFile(),
              ClusterSession.SPARES,
              spec.commandLine().getOut())
          .run();
    }
    return ExitCode.OK;
  }

  private int local(Path path) {
    try (RunDirectory directory = RunDirectory.open(path)) {
      RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
      StoredConfig stored = directory.config();
      stored.ignoredKeys().forEach(key -> warn(directory, key));
      return switch (stored.kind()) {
        case GRPO -> grpo(directory, output);
        case SUPERVISED -> supervised(directory, output);
      };
    }
  }

  private void warn(RunDirectory directory, String key) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "warning: "
            + directory.configFile()
            + " has the unknown setting "
            + key
            + ", which is ignored");
    err.flush();
  }

  private static int grpo(RunDirectory directory, RunOutput output) {
    RunConfig config = RunConfig.from(directory.config().config());
    return new WatchedRun(directory, output, ShownFigures.GRPO)
        .run(
            RunTitle.of(config) + ", resumed",
            config.render(),
            new GrpoWork(
                directory, output.style(), listener -> train(config, directory, listener)));
  }

  private static GrpoSummary train(RunConfig config, RunDirectory directory, RunListener listener) {
    try (GrpoInputs inputs = GrpoInputs.load(config)) {
      return Run.train(new GrpoAlgorithm(inputs), directory, listener);
    }
  }

  private static int supervised(RunDirectory directory, RunOutput output) {
    TrainConfig config = TrainConfig.from(directory.config().config());
    return new WatchedRun(directory, output, ShownFigures.SUPERVISED)
        .run(
            RunTitle.of(config) + ", resumed",
            config.render(),
            new SupervisedWork(
                directory,
                output.style(),
                (listener, observer) -> train(config, directory, listener, observer)));
  }

  private static SupervisedSummary train(
      TrainConfig config, RunDirectory directory, RunListener listener, ResultObserver observer) {
    try (SupervisedInputs inputs = SupervisedInputs.load(config)) {
      return Run.train(new SupervisedAlgorithm(inputs, observer), directory, listener);
    }
  }
}
