package io.troupe.deploy.trials;

import io.troupe.deploy.cluster.ClusterPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The cluster of a trial.
 *
 * @param troupe command line that starts Troupe, to which arguments are added
 * @param directory for all files
 * @param settings options of the run, without those of the cluster
 * @param coordinators number of coordinator processes
 * @param learners number of learners
 * @param rollouts number of rollout processes
 * @param rewards number of reward processes; 0 if the rollout processes score
 * @param spares spare processes of the cluster, which are waited for before each fault
 */
public record TrialSetup(
    List<String> troupe,
    Path directory,
    List<String> settings,
    int coordinators,
    int learners,
    int rollouts,
    int rewards,
    int spares) {

  /** Number of steps of the run. */
  public int steps() {
    return Integer.parseInt(settings.get(settings.indexOf("--steps") + 1));
  }

  /** Number of processes. */
  public int numProcesses() {
    return coordinators + learners + rollouts + rewards;
  }

  /** The names of the processes. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    add(names, "coordinator", coordinators);
    add(names, "learner", learners);
    add(names, "rollout", rollouts);
    add(names, "reward", rewards);
    return names;
  }

  private static void add(List<String> names, String role, int number) {
    IntStream.rangeClosed(1, number).forEach(i -> names.add(role + "-" + i));
  }

  /** The run directory of the cluster in a trial. */
  public Path run(String trial) {
    return directory.resolve(trial);
  }

  /** The directories of the logs of a run, one for each coordinator node. */
  public List<Path> logs(Path run) {
    return IntStream.range(0, coordinators).mapToObj(node -> ClusterPlan.log(run, node)).toList();
  }

  /** Starts the cluster, or continues its run. */
  public List<String> cluster(Path run) {
    List<String> command = command("cluster", run);
    command.addAll(
        List.of(
            "--coordinator-nodes",
            Integer.toString(coordinators),
            "--learners",
            Integer.toString(learners),
            "--rollouts",
            Integer.toString(rollouts),
            "--reward-nodes",
            Integer.toString(rewards),
            "--spares",
            Integer.toString(spares),
            "--key-file",
            directory.resolve("cluster.key").toString()));
    return command;
  }

  /** The same run in one process. */
  public List<String> local(Path run) {
    return command("simulate", run);
  }

  private List<String> command(String name, Path run) {
    List<String> command = new ArrayList<>(troupe);
    command.add(name);
    command.addAll(settings);
    command.addAll(List.of("--output-dir", run.toString()));
    return command;
  }
}
