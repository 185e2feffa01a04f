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
 * @param hasSpare whether a process is kept ready to replace one that fails
 * @param out standard output
 */
public record ClusterSession(
    Path directory,
    ClusterSize size,
    int firstPort,
    Path keyFile,
    boolean hasSpare,
    PrintWriter out) {

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
        hasSpare
            ? Optional.of(
                new SpareKeeper(() -> SpareProcess.start(keyFile, plan.outputs()), this::print))
            : Optional.empty();
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
