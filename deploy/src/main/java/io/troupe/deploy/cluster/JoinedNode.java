package io.troupe.deploy.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.node.ClusterNode;
import io.troupe.actors.cluster.node.RunRoles;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.grpo.RunFiles;
import io.troupe.actors.run.RunClock;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunDirectory;
import io.troupe.protocols.config.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A node that joins a run, from the question to the end of the run. */
public final class JoinedNode {
  /**
   * The settings of the node.
   *
   * @param target any node of the run
   * @param directory of this node: what it fetches, and what a learner writes
   * @param address to listen on
   * @param key of the cluster
   * @param roles of this node
   * @param threads of the compute pool; 0 for the setting of the run
   * @param build version of the program
   * @param healthPort for probes
   */
  public record Settings(
      NodeAddress target,
      Path directory,
      NodeAddress address,
      ClusterKey key,
      Set<Role> roles,
      int threads,
      String build,
      OptionalInt healthPort) {}

  private final Settings settings;
  private final NodeReport report;
  private GrpoInputs inputs; // null until they are loaded
  private RunDirectory directory; // of a learner; null without the role

  private JoinedNode(Settings settings, NodeReport report) {
    this.settings = settings;
    this.report = report;
  }

  /** Joins, and takes part to the end. */
  public static void run(Settings settings, NodeReport report)
      throws IOException, InterruptedException {
    new JoinedNode(settings, report).run();
  }

  private void run() throws IOException, InterruptedException {
    NodeAddress address = settings.address();
    ClusterNode node =
        ClusterNode.listen(address, settings.key(), NodeSystem.worker(address, settings.key()));
    try {
      JoinedRun run =
          JoinedRun.ask(node, settings.target(), settings.directory(), settings.build(), report);
      inputs = GrpoInputs.load(RunConfig.from(config(run)));
      takePart(node, run);
    } finally {
      node.close(); // the roles before what they use
      closeFiles();
    }
    report.say("the run has ended");
  }

  private void closeFiles() {
    try (RunDirectory _ = directory;
        GrpoInputs _ = inputs) {
      // the inputs first: they may lie in the directory
    }
  }

  private Config config(JoinedRun run) {
    return settings.threads() == 0
        ? run.config()
        : ConfigFactory.parseMap(Map.of("threads", settings.threads())).withFallback(run.config());
  }

  private void takePart(ClusterNode node, JoinedRun run) throws IOException {
    run.enter();
    RunRoles roles = new RunRoles(node, inputs, run.coordinators());
    report.begins(
        "joined run " + run.identity() + " through " + settings.target(),
        settings.address(),
        labels(),
        settings.directory());
    if (settings.roles().contains(Role.LEARNER)) {
      startLearner(roles, run.identity());
    }
    RunningNode.start(roles, settings.roles());
    RunningNode.await(node, Optional.empty(), settings.healthPort(), settings.directory());
  }

  private void startLearner(RunRoles roles, RunIdentity identity) {
    boolean keepsRun = identity.isIn(settings.directory());
    directory =
        RunDirectory.hasRun(settings.directory())
            ? RunDirectory.open(settings.directory())
            : RunDirectory.create(settings.directory(), inputs.config().render());
    RunContext context = new RunContext(directory, _ -> {}, new RunClock());
    roles.startLearner(new RunFiles(inputs, context, keepsRun));
  }

  private String labels() {
    return String.join(",", settings.roles().stream().map(Role::label).toList());
  }
}
