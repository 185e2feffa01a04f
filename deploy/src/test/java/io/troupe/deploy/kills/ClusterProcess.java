package io.troupe.deploy.kills;

import io.troupe.deploy.trials.NodeOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cluster that {@code troupe cluster} runs in processes of its own, which can be killed and
 * suspended by name. The caller must close it, which kills all that is left.
 */
final class ClusterProcess implements AutoCloseable {
  private static final Pattern STARTED = Pattern.compile("(\\S+)\\s+process (\\d+)\\s+output .*");
  private static final Pattern STARTED_AGAIN =
      Pattern.compile("(\\S+) \\(process \\d+\\) ended .* started again as process (\\d+)");
  private static final Pattern SPARE = Pattern.compile("process (\\d+) is ready to replace .*");
  private static final long LOOK_MS = 10;

  private final Path nodes;
  private final Process cluster;
  private final Map<String, Long> pids = new ConcurrentHashMap<>();
  private final Map<String, Long> outputStart = new ConcurrentHashMap<>();
  private final Set<Long> sparePids = ConcurrentHashMap.newKeySet();
  private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

  private ClusterProcess(Path run, Process cluster) {
    this.nodes = run.resolve("nodes");
    this.cluster = cluster;
  }

  /**
   * Starts a cluster.
   *
   * @param command the whole command line of {@code troupe cluster}
   * @param run its run directory
   */
  static ClusterProcess start(List<String> command, Path run) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    ClusterProcess cluster = new ClusterProcess(run, process);
    Thread.ofPlatform().daemon().name("cluster-output").start(cluster::readOutput);
    return cluster;
  }

  private void readOutput() {
    try (BufferedReader reader = cluster.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        onLine(line);
      }
    } catch (IOException e) {
      lines.add("output cannot be read: " + e.getMessage());
    }
  }

  private void onLine(String line) {
    for (Pattern pattern : List.of(STARTED, STARTED_AGAIN)) {
      Matcher matcher = pattern.matcher(line);
      if (matcher.matches()) {
        pids.put(matcher.group(1), Long.parseLong(matcher.group(2)));
      }
    }
    sparePids.removeAll(pids.values()); // those that are used
    Matcher spare = SPARE.matcher(line);
    if (spare.matches()) {
      sparePids.add(Long.parseLong(spare.group(1)));
    }
  }

  /** What {@code troupe cluster} has printed. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** How often the supervisor has started a process again. */
  int numStartedAgain() {
    return (int) lines().stream().filter(line -> STARTED_AGAIN.matcher(line).matches()).count();
  }

  /** Whether {@code troupe cluster} runs. */
  boolean isAlive() {
    return cluster.isAlive();
  }

  /** Waits until a number of processes are ready to replace ones that fail. */
  void awaitSpares(int number, Duration limit) throws InterruptedException {
    await(
        number + " spare processes are ready",
        limit,
        () -> sparePids.size() >= number || !cluster.isAlive());
  }

  /** The coordinator process that leads the run: that with the newest epoch. */
  String leader() throws IOException {
    String leader = "";
    long newest = 0;
    for (String name : pids.keySet()) {
      for (long epoch : output(name).epochs()) {
        if (epoch > newest) {
          newest = epoch;
          leader = name;
        }
      }
    }
    return leader;
  }

  /** A coordinator process that does not lead the run. */
  String standby() throws IOException {
    String leader = leader();
    return pids.keySet().stream()
        .filter(name -> name.startsWith("coordinator") && !name.equals(leader))
        .sorted()
        .findFirst()
        .orElseThrow();
  }

  /** Suspends the supervisor, so that no process is started again, or lets it go on. */
  void signalSupervisor(String signal) throws IOException, InterruptedException {
    signal(cluster.pid(), signal);
  }

  private static void signal(long pid, String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
  }

  /** Waits until a number of processes take part in the run, or the run has ended. */
  void awaitParts(int number, Duration limit) throws InterruptedException, IOException {
    await(
        number + " processes take part",
        limit,
        () -> pids.size() == number && allTakePart() || !cluster.isAlive());
  }

  private boolean allTakePart() {
    return pids.keySet().stream().allMatch(this::takesPart);
  }

  /** Whether a process has joined the run since its last start. */
  private boolean takesPart(String name) {
    return output(name).takesPart(outputStart.getOrDefault(name, 0L));
  }

  private NodeOutput output(String name) {
    return new NodeOutput(nodes.resolve(name + ".txt"));
  }

  /** Kills a process as {@code kill -9} does, and returns once it has ended. */
  void kill(String name) throws IOException {
    kill(pids.get(name));
    outputStart.put(name, output(name).bytes());
  }

  /** Kills a process while its supervisor is suspended, which therefore does not see its end. */
  void killUnseen(String name) throws IOException, InterruptedException {
    signal(name, "KILL");
    outputStart.put(name, output(name).bytes());
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid)
        .ifPresent(
            process -> {
              process.destroyForcibly();
              process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
            });
  }

  /** Waits until the supervisor has started a killed process again. */
  void awaitRestart(String name, long killedPid, Duration limit) throws InterruptedException {
    await(name + " is started again", limit, () -> pids.get(name) != killedPid);
  }

  long pid(String name) {
    return pids.get(name);
  }

  /** Suspends a process, or lets it go on. */
  void signal(String name, String signal) throws IOException, InterruptedException {
    signal(pids.get(name), signal);
  }

  /** Kills all processes, the supervisor first, so that nobody starts one again. */
  void killAll() {
    List<ProcessHandle> all = cluster.descendants().toList();
    kill(cluster.pid());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> kill(process.pid()));
  }

  /** Waits for the end of the run, and returns the status of {@code troupe cluster}. */
  int await(Duration limit) throws InterruptedException {
    await("the run has ended", limit, () -> !cluster.isAlive());
    return cluster.exitValue();
  }

  private void await(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long endNs = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNs) {
        throw new AssertionError(
            "not within %s: %s. The output:%n%s".formatted(limit, what, String.join("\n", lines)));
      }
      Thread.sleep(LOOK_MS);
    }
  }

  @Override
  public void close() {
    killAll();
  }
}
