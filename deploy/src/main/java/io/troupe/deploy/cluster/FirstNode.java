package io.troupe.deploy.cluster;

import io.troupe.actors.cluster.inputs.InputFiles;
import io.troupe.actors.cluster.join.JoinMessage;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.node.ClusterNode;
import io.troupe.actors.cluster.node.Coordination;
import io.troupe.actors.cluster.node.CoordinatorListener;
import io.troupe.actors.cluster.node.RunRoles;
import io.troupe.actors.cluster.protocol.Role;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import io.troupe.actors.grpo.GrpoInputs;
import io.troupe.actors.grpo.RunFiles;
import io.troupe.actors.run.RunContext;
import io.troupe.actors.run.RunDirectory;
import io.troupe.log.record.LogRecord.RunStarted;
import io.troupe.protocols.config.RunConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** The first node of a clustered run, from its start to the end of the run. */
public final class FirstNode {
  /**
   * The settings of the node.
   *
   * @param directory of the run
   * @param log directory of the log
   * @param address to listen on
   * @param key of the cluster
   * @param coordinators all coordinator nodes
   * @param roles of this node
   * @param build version of the program
   * @param healthPort for probes
   */
  public record Settings(
      Path directory,
      Path log,
      NodeAddress address,
      ClusterKey key,
      List<NodeAddress> coordinators,
      Set<Role> roles,
      String build,
      OptionalInt healthPort) {}

  private FirstNode() {}

  /**
   * Runs a node that computes, too.
   *
   * @param inputs of the run; the caller closes them
   * @param learner the files that a learner of this node writes; empty without one
   */
  public static void run(Settings settings, GrpoInputs inputs, Optional<RunContext> learner) {
    run(
        settings,
        inputs.config(),
        CoordinatorListener.NONE,
        node -> {
          RunRoles roles = new RunRoles(node, inputs, settings.coordinators());
          learner.ifPresent(context -> roles.startLearner(new RunFiles(inputs, context, true)));
          RunningNode.start(roles, settings.roles());
        });
  }

  /** Runs a node that only coordinates. */
  public static void run(Settings settings, RunConfig config, CoordinatorListener listener) {
    run(settings, config, listener, _ -> {});
  }

  private static void run(
      Settings settings,
      RunConfig config,
      CoordinatorListener listener,
      Consumer<ClusterNode> workers) {
    RunIdentity identity = RunIdentity.of(settings.directory());
    InputFiles files;
    try {
      files = InputFiles.of(config.source());
    } catch (IOException e) {
      throw RunDirectory.failure(settings.directory(), e);
    }
    JoinMessage.Accepted accepted =
        new JoinMessage.Accepted(
            settings.address().toString(),
            identity.toString(),
            config.render(),
            settings.coordinators().stream().map(NodeAddress::toString).toList(),
            files.files());
    try (ClusterNode node = listen(settings)) {
      node.enter(identity.id(), settings.build(), () -> accepted);
      Optional<Coordination> coordination = Optional.empty();
      if (settings.roles().contains(Role.COORDINATOR)) {
        RunStarted started =
            new RunStarted(
                identity.toString(), files.fingerprint(config.source()), settings.build());
        coordination =
            Optional.of(
                Coordination.start(
                    node, config, settings.coordinators(), settings.log(), started, listener));
      }
      workers.accept(node);
      RunningNode.await(node, coordination, settings.healthPort(), settings.directory());
    }
  }

  private static ClusterNode listen(Settings settings) {
    NodeAddress address = settings.address();
    if (!settings.roles().contains(Role.COORDINATOR)) {
      return ClusterNode.listen(
          address, settings.key(), NodeSystem.worker(address, settings.key()));
    }
    List<NodeAddress> seeds = new ArrayList<>(settings.coordinators());
    return ClusterNode.listen(
        address,
        settings.key(),
        NodeSystem.coordinator(address, settings.key(), seeds.size(), seeds));
  }
}
