package io.troupe.deploy.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.inputs.InputFile;
import io.troupe.actors.cluster.inputs.InputFiles;
import io.troupe.actors.cluster.join.JoinMessage;
import io.troupe.actors.cluster.join.Joining;
import io.troupe.actors.cluster.node.ClusterNode;
import io.troupe.actors.cluster.system.NodeAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A run that this process may take part in, with its settings and files on this machine. */
public final class JoinedRun {
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final ClusterNode node;
  private final String build;
  private final JoinMessage.Accepted accepted;
  private final Config config;

  private JoinedRun(ClusterNode node, String build, JoinMessage.Accepted accepted, Config config) {
    this.node = node;
    this.build = build;
    this.accepted = accepted;
    this.config = config;
  }

  /**
   * Asks to join a run, and fetches the files that are not on this machine.
   *
   * @param node of this process
   * @param target any node of the run
   * @param directory for files that are fetched
   * @param build version of this program
   * @throws io.troupe.actors.cluster.join.JoinException if the run rejects this process, or there
   *     is no answer
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static JoinedRun ask(
      ClusterNode node, NodeAddress target, Path directory, String build, NodeReport report)
      throws IOException, InterruptedException {
    Joining joining = node.joining(target, ANSWER);
    JoinMessage.Accepted accepted = joining.ask(build);
    return new JoinedRun(node, build, accepted, fetch(joining, accepted, directory, report));
  }

  /** The identity of the run. */
  public RunIdentity identity() {
    return RunIdentity.parse(accepted.runId());
  }

  /** The settings of the run with the files of this machine. */
  public Config config() {
    return config;
  }

  /** All coordinator nodes. */
  public List<NodeAddress> coordinators() {
    return accepted.coordinators().stream()
        .map(text -> NodeAddress.parse("coordinator", text, ""))
        .toList();
  }

  /** Takes part: this process receives messages of the run, and lets others join. */
  public void enter() throws IOException {
    JoinMessage.Accepted mine =
        new JoinMessage.Accepted(
            node.address().toString(),
            accepted.runId(),
            accepted.config(),
            accepted.coordinators(),
            InputFiles.of(config).files());
    node.enter(identity().id(), build, () -> mine);
  }

  /** The settings of the run with the files of this machine, some of which are fetched. */
  private static Config fetch(
      Joining joining, JoinMessage.Accepted accepted, Path directory, NodeReport report)
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
              ? directory.resolve("inputs").resolve(file.key())
              : Path.of(file.path()).getParent();
      folders.put(file.key(), folder);
      if (incomplete.contains(file.key()) && !isIn(folder, file)) {
        report.say("fetching %s, %,d bytes".formatted(file.name(), file.bytes()));
        joining.fetch(i, file, folder, _ -> {});
      }
    }
    return files.relocate(config, folders);
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
