package io.troupe.deploy;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.run.RunDirectory;
import io.troupe.deploy.cluster.ClusterSession;
import io.troupe.deploy.cluster.ClusterSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code troupe cluster}: a clustered run whose processes are all on this machine. */
@Command(
    name = "cluster",
    sortOptions = false,
    sortSynopsis = false,
    customSynopsis = "troupe cluster [OPTIONS]",
    description = {
      "A clustered GRPO run in several processes on this machine. A process that fails is started"
          + " again; the result is that of 'troupe simulate' with the same settings.",
      "With the directory of a run that has begun, the run continues; so does 'troupe resume'."
    },
    optionListHeading = "%n",
    footer = {"", "troupe cluster --learners 2 --rollouts 2 --seed 7 --gradient-shards 4"})
final class ClusterCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private GrpoOptions options;

  @Option(
      names = "--learners",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of learners (default: ${DEFAULT-VALUE}).")
  private int learners;

  @Option(
      names = "--rollouts",
      paramLabel = "N",
      defaultValue = "1",
      description = "Number of processes that sample (default: ${DEFAULT-VALUE}).")
  private int rollouts;

  @Option(
      names = "--reward-nodes",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of processes that score. 0: those that sample do (default: ${DEFAULT-VALUE}).")
  private int rewards;

  @Option(
      names = "--coordinator-nodes",
      paramLabel = "1|3",
      defaultValue = "1",
      description = "Number of coordinator processes (default: ${DEFAULT-VALUE}).")
  private int coordinators;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description =
          "Port of the first process; the others follow. 0: free ones (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "Key that all processes share (default: ~/.troupe/cluster.key).")
  private Path keyFile = ClusterKey.defaultFile();

  @Option(
      names = "--spares",
      paramLabel = "N",
      defaultValue = "" + ClusterSession.SPARES,
      description =
          "Processes kept ready: each replaces one that fails within a second instead of some"
              + " seconds, and needs the memory of a node (default: ${DEFAULT-VALUE}).")
  private int spares;

  private ClusterCommand() {}

  /** The command with an option for every setting. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new ClusterCommand());
    GrpoOptions.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ClusterSize size = Arguments.read(spec, this::size);
    GrpoOptions.NewRun run = options.read(spec);
    Path directory = RunCommand.begin(run);
    RunDirectory.requireUnfinished(directory);
    try (Interruption _ = Interruption.ofThisThread()) {
      new ClusterSession(directory, size, port, keyFile, spares, spec.commandLine().getOut()).run();
    }
    return ExitCode.OK;
  }

  private ClusterSize size() {
    Arguments.requireAtLeast("--spares", spares, 0);
    return new ClusterSize(coordinators, learners, rollouts, rewards);
  }
}
