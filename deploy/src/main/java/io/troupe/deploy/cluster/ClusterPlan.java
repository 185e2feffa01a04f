package io.troupe.deploy.cluster;

import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.run.RunDirectory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The processes of a cluster on one machine. The first learner writes the files of the run; every
 * coordinator process has the log in a directory of its own.
 *
 * @param directory of the run
 * @param keyFile that the processes share
 * @param coordinators addresses of the coordinator processes
 * @param size number of processes
 */
public record ClusterPlan(
    Path directory, Path keyFile, List<NodeAddress> coordinators, ClusterSize size) {

  /** Copies the list. */
  public ClusterPlan {
    coordinators = List.copyOf(coordinators);
  }

  /** The directory of the processes' output, and of those that have files of their own. */
  public Path outputs() {
    return outputs(directory);
  }

  private static Path outputs(Path directory) {
    return directory.resolve("nodes");
  }

  /**
   * The directory of the log of a coordinator node.
   *
   * @param directory of the run
   * @param index of the node, from 0; the log of the first one is that of the run
   */
  public static Path log(Path directory, int index) {
    Path node = index == 0 ? directory : outputs(directory).resolve("coordinator-" + (index + 1));
    return RunDirectory.log(node);
  }

  /** The output of the first coordinator. */
  public Path coordinatorOutput() {
    return output("coordinator-1");
  }

  private Path output(String name) {
    return outputs().resolve(name + ".txt");
  }

  /** All processes, coordinators first. */
  public List<ChildProcess> processes() {
    List<ChildProcess> processes = new ArrayList<>();
    for (int i = 0; i < coordinators.size(); i++) {
      processes.add(process("coordinator-" + (i + 1), coordinator(i)));
    }
    for (int i = 1; i <= size.learners(); i++) {
      Path files = i == 1 ? directory : outputs().resolve("learner-" + i);
      processes.add(process("learner-" + i, join("learner", files)));
    }
    String sampling = size.rewards() == 0 ? "rollout,reward" : "rollout";
    for (int i = 1; i <= size.rollouts(); i++) {
      processes.add(process("rollout-" + i, join(sampling, outputs().resolve("rollout-" + i))));
    }
    for (int i = 1; i <= size.rewards(); i++) {
      processes.add(process("reward-" + i, join("reward", outputs().resolve("reward-" + i))));
    }
    return processes;
  }

  private ChildProcess process(String name, List<String> arguments) {
    return new ChildProcess(name, arguments, output(name));
  }

  private List<String> coordinator(int index) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--output-dir",
                directory.toString(),
                "--roles",
                "coordinator",
                "--listen",
                coordinators.get(index).toString(),
                "--key-file",
                keyFile.toString()));
    if (index > 0) {
      arguments.add("--log-dir");
      arguments.add(log(directory, index).toString());
    }
    if (coordinators.size() > 1) {
      arguments.add("--coordinators");
      arguments.add(
          coordinators.stream().map(NodeAddress::toString).collect(Collectors.joining(",")));
    }
    return arguments;
  }

  private List<String> join(String roles, Path files) {
    return List.of(
        "join",
        coordinators.getFirst().toString(),
        "--roles",
        roles,
        "--output-dir",
        files.toString(),
        "--key-file",
        keyFile.toString());
  }
}
