package io.troupe.deploy.cluster;

import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.NodeAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A clustered run on this machine, from the start of its processes to the end of the run.
 *
 * @param directory of the run, which exists
 * @param size number of processes
 * @param firstPort of the first process, the other coordinators follow; 0 for free ones
 * @param keyFile that the processes share
 * @param numSpares processes that are kept ready to replace ones that fail
 * @param out standard output
 */
public record ClusterSession(
    Path directory, ClusterSize size, int firstPort, Path keyFile, int numSpares, PrintWriter out) {
  /** A second failure, while the first spare process takes over, finds another one. */
  public static final int SPARES = 2;

  /**
   * Starts the processes, and keeps them running until the run has ended.
   *
   * @throws SupervisionException if one fails again and again
   * @throws InterruptedException if the calling thread is interrupted; the processes are ended
   */
  public void run() throws IOException, InterruptedException {
    ClusterKey.loadOrCreate(keyFile);
    size.write(directory);
    ClusterPlan plan = new ClusterPlan(directory, keyFile, addresses(), size);
    Files.createDirectories(plan.outputs());
    Optional<SpareKeeper> spares =
        numSpares == 0
            ? Optional.empty()
            : Optional.of(
                new SpareKeeper(
                    numSpares, () -> SpareProcess.start(keyFile, plan.outputs()), this::print));
    try (Supervisor supervisor =
            new Supervisor(process -> Launch.command(process.arguments()), this::print, spares);
        Tail _ = Tail.follow(plan.coordinatorOutput(), this::print)) {
      for (ChildProcess process : plan.processes()) {
        supervisor.start(process);
      }
      print("run directory " + directory);
      new ProcessTable(plan, supervisor.pids()).lines().forEach(this::print);
      supervisor.await(name -> name.startsWith("coordinator"));
    }
  }

  private List<NodeAddress> addresses() throws IOException {
    List<NodeAddress> addresses = new ArrayList<>();
    for (int i = 0; i < size.coordinators(); i++) {
      addresses.add(new NodeAddress("127.0.0.1", firstPort == 0 ? 0 : firstPort + i).bound());
    }
    return addresses;
  }

  private void print(String line) {
    synchronized (out) {
      out.println(line);
      out.flush();
    }
  }
}
