package io.troupe.deploy.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.inputs.InputFile;
import io.troupe.actors.cluster.inputs.InputFiles;
import io.troupe.actors.cluster.join.JoinMessage;
import io.troupe.actors.cluster.join.Joining;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A node that joins a run, from the question to the end of the run. */
public final class JoinedNode {
  private static final Duration ANSWER = Duration.ofSeconds(60);

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
      Joining joining = node.joining(settings.target(), ANSWER);
      JoinMessage.Accepted accepted = joining.ask(settings.build());
      inputs = GrpoInputs.load(RunConfig.from(config(joining, accepted)));
      takePart(node, accepted);
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

  private void takePart(ClusterNode node, JoinMessage.Accepted accepted) throws IOException {
    RunIdentity identity = RunIdentity.parse(accepted.runId());
    JoinMessage.Accepted mine =
        new JoinMessage.Accepted(
            settings.address().toString(),
            accepted.runId(),
            accepted.config(),
            accepted.coordinators(),
            InputFiles.of(inputs.config().source()).files());
    node.enter(identity.id(), settings.build(), () -> mine);
    List<NodeAddress> coordinators =
        accepted.coordinators().stream()
            .map(text -> NodeAddress.parse("coordinator", text, ""))
            .toList();
    RunRoles roles = new RunRoles(node, inputs, coordinators);
    report.begins(
        "joined run " + identity + " through " + settings.target(),
        settings.address(),
        labels(),
        settings.directory());
    if (settings.roles().contains(Role.LEARNER)) {
      startLearner(roles, identity);
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

  /** The settings of the run with the files of this machine, some of which are fetched. */
  private Config config(Joining joining, JoinMessage.Accepted accepted)
      throws IOException, InterruptedException {
    Config config = ConfigFactory.parseString(accepted.config());
    InputFiles files = new InputFiles(accepted.files());
    Set<String> incomplete = new HashSet<>();
    List<InputFile> here = files.foundHere();
    files.files().stream()
        .filter(file -> !here.contains(file))
        .forEach(file -> incomplete.add(file.key()));
    Map<String, Path> folders = new HashMap<>();
    for (int i = 0; i < files.files().size(); i++) {
      InputFile file = files.files().get(i);
      Path folder =
          incomplete.contains(file.key())
              ? settings.directory().resolve("inputs").resolve(file.key())
              : Path.of(file.path()).getParent();
      folders.put(file.key(), folder);
      if (incomplete.contains(file.key()) && !isIn(folder, file)) {
        report.say("fetching %s, %,d bytes".formatted(file.name(), file.bytes()));
        joining.fetch(i, file, folder, _ -> {});
      }
    }
    Config relocated = files.relocate(config, folders);
    return settings.threads() == 0
        ? relocated
        : ConfigFactory.parseMap(Map.of("threads", settings.threads())).withFallback(relocated);
  }

  private static boolean isIn(Path folder, InputFile file) throws IOException {
    InputFile there =
        new InputFile(
            file.key(),
            file.name(),
            folder.resolve(file.name()).toString(),
            file.bytes(),
            file.sha256());
    return !new InputFiles(List.of(there)).foundHere().isEmpty();
  }
}
