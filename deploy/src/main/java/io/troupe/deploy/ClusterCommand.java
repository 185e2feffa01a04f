package io.troupe.deploy;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.deploy.cluster.ChildProcess;
import io.troupe.deploy.cluster.ClusterPlan;
import io.troupe.deploy.cluster.ProcessTable;
import io.troupe.deploy.cluster.Supervisor;
import io.troupe.deploy.cluster.Tail;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      "With the directory of a run that has begun, the run continues."
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

  private ClusterCommand() {}

  /** The command with an option for every setting. */
  static CommandSpec spec() {
    CommandSpec spec = CommandSpec.forAnnotatedObject(new ClusterCommand());
    GrpoOptions.addTo(spec);
    return spec;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Arguments.read(spec, this::check);
    GrpoOptions.NewRun run = options.read(spec);
    Path directory = RunCommand.begin(run);
    ClusterKey.loadOrCreate(keyFile);
    ClusterPlan plan =
        new ClusterPlan(directory, keyFile, addresses(), learners, rollouts, rewards);
    Files.createDirectories(plan.outputs());
    PrintWriter out = spec.commandLine().getOut();
    try (Interruption _ = Interruption.ofThisThread();
        Supervisor supervisor = new Supervisor(line -> print(out, line))) {
      for (ChildProcess process : plan.processes()) {
        supervisor.start(process);
      }
      print(out, "run directory " + directory);
      new ProcessTable(plan, supervisor.pids()).lines().forEach(line -> print(out, line));
      try (Tail _ = Tail.follow(plan.coordinatorOutput(), line -> print(out, line))) {
        supervisor.await(name -> name.startsWith("coordinator"));
      }
    }
    return ExitCode.OK;
  }

  private boolean check() {
    Arguments.requireAtLeast("--learners", learners, 1);
    Arguments.requireAtLeast("--rollouts", rollouts, 1);
    Arguments.requireAtLeast("--reward-nodes", rewards, 0);
    if (coordinators != 1 && coordinators != 3) {
      throw new IllegalArgumentException("--coordinator-nodes must be 1 or 3, got " + coordinators);
    }
    return true;
  }

  private List<NodeAddress> addresses() throws IOException {
    List<NodeAddress> addresses = new ArrayList<>();
    for (int i = 0; i < coordinators; i++) {
      addresses.add(new NodeAddress("127.0.0.1", port == 0 ? 0 : port + i).bound());
    }
    return addresses;
  }

  private static synchronized void print(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
