package io.troupe.deploy;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.deploy.cluster.HealthOption;
import io.troupe.deploy.cluster.JoinedNode;
import io.troupe.deploy.cluster.NodeOptions;
import io.troupe.deploy.cluster.NodeReport;
import io.troupe.deploy.log.ServiceLog;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe join}: another node of a clustered run. */
@Command(
    name = "join",
    sortOptions = false,
    description = {
      "Joins a clustered run, at any time. The node needs the address of any other one and the key"
          + " file; settings, model and data come from there. It ends with the run."
    },
    footer = {
      "",
      "troupe join 10.0.0.1:7700",
      "troupe join 10.0.0.1:7700 --roles learner --output-dir learner-2"
    })
final class JoinCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NodeOptions node;
  @Mixin private HealthOption health;

  @Parameters(paramLabel = "HOST:PORT", description = "Any node of the run.")
  private String target;

  @Option(
      names = "--roles",
      paramLabel = "ROLE,...",
      defaultValue = "rollout,reward",
      description = "Roles of this node: learner, rollout, reward (default: ${DEFAULT-VALUE}).")
  private String roles;

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      description =
          "Directory for files that are fetched, and for those of a learner (default:"
              + " runs/node-<port>).")
  private Path directory;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Number of compute threads. 0: as the run's settings say (default: 0).")
  private int threads;

  @Option(names = "--json", description = "Print one JSON object per event.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    NodeAddress first =
        Arguments.read(spec, () -> NodeAddress.parse("HOST:PORT", target, "127.0.0.1"));
    Set<Role> wanted = Arguments.read(spec, this::roles);
    String here = NodeAddress.hostTowards(first);
    NodeAddress address = Arguments.read(spec, () -> node.listen(here, 0)).bound();
    Path folder =
        (directory == null ? Path.of("runs", "node-" + address.port()) : directory)
            .toAbsolutePath()
            .normalize();
    NodeReport report = new NodeReport(spec.commandLine().getOut(), json);
    try (ServiceLog _ = ServiceLog.open();
        Interruption _ = Interruption.ofThisThread()) {
      JoinedNode.run(
          new JoinedNode.Settings(
              first,
              folder,
              address,
              ClusterKey.load(node.keyFile()),
              wanted,
              threads,
              RunCommand.programName(),
              health.port()),
          report);
    }
    return ExitCode.OK;
  }

  private Set<Role> roles() {
    Set<Role> wanted = NodeOptions.roles("--roles", roles);
    if (wanted.contains(Role.COORDINATOR)) {
      throw new IllegalArgumentException(
          "--roles must be of learner, rollout and reward, got coordinator; coordinator nodes start"
              + " with 'troupe run --coordinators'");
    }
    return wanted;
  }
}
