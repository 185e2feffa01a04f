package io.troupe.deploy.cluster;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps processes running: one that fails is started again at once, and after a delay that grows if
 * it fails again soon. A {@linkplain SpareProcess spare process} takes its place if one is ready. A
 * process that ends with status 0 has done its work. The caller must close it, which ends all
 * processes.
 */
public final class Supervisor implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(5);
  private static final Duration TIME_FOR_OTHERS = Duration.ofSeconds(20);
  private static final int MAX_FAILURES_IN_A_ROW = 12;
  private static final long END_SECONDS = 60;

  private final Function<ChildProcess, List<String>> commandLine;
  private final Consumer<String> messages;
  private final Optional<SpareKeeper> spares;
  private final Map<String, Running> processes = new LinkedHashMap<>();
  private final BlockingQueue<Running> ended = new LinkedBlockingQueue<>();

  private static final class Running {
    private final ChildProcess spec;
    private Process process;
    private long startNs;
    private int failures;
    private boolean isDone;

    Running(ChildProcess spec) {
      this.spec = spec;
    }
  }

  /**
   * A supervisor without processes.
   *
   * @param commandLine that starts a process
   * @param messages receives a line for each process that fails
   * @param spares keeps a process ready to replace one that fails; closed with the supervisor
   */
  public Supervisor(
      Function<ChildProcess, List<String>> commandLine,
      Consumer<String> messages,
      Optional<SpareKeeper> spares) {
    this.commandLine = commandLine;
    this.messages = messages;
    this.spares = spares;
  }

  /**
   * Starts a process.
   *
   * @throws IOException if it cannot be started
   */
  public void start(ChildProcess spec) throws IOException {
    Running running = new Running(spec);
    processes.put(spec.name(), running);
    launch(running);
  }

  private void launch(Running running) throws IOException {
    Optional<Process> spare = spares.flatMap(keeper -> keeper.assign(running.spec));
    running.process = spare.isPresent() ? spare.get() : started(running.spec);
    running.startNs = System.nanoTime();
    running.process.onExit().thenRun(() -> ended.add(running));
  }

  private Process started(ChildProcess spec) throws IOException {
    return new ProcessBuilder(commandLine.apply(spec))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.output().toFile()))
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .start();
  }

  /** The process ids by name. */
  public Map<String, Long> pids() {
    Map<String, Long> pids = new LinkedHashMap<>();
    processes.forEach((name, running) -> pids.put(name, running.process.pid()));
    return pids;
  }

  /**
   * Waits until every process has done its work. When those that decide have, the others get a
   * limited time.
   *
   * @param decides whether a process of a name is one of those that decide
   * @throws SupervisionException if one fails again and again
   * @throws InterruptedException if the calling thread is interrupted
   */
  public void await(Predicate<String> decides) throws InterruptedException, IOException {
    while (isAnyOpen(decides)) {
      Running running = ended.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      if (running != null) {
        onEnd(running);
      }
      if (spares.isPresent()) {
        spares.get().keep();
      }
    }
    long endNs = System.nanoTime() + TIME_FOR_OTHERS.toNanos();
    while (isAnyOpen(_ -> true)) {
      Running running = ended.poll(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (running == null) {
        return; // closing ends them
      }
      running.isDone = true;
    }
  }

  private boolean isAnyOpen(Predicate<String> names) {
    return processes.values().stream()
        .anyMatch(running -> !running.isDone && names.test(running.spec.name()));
  }

  private void onEnd(Running running) throws InterruptedException, IOException {
    int status = running.process.exitValue();
    if (status == 0) {
      running.isDone = true;
      return;
    }
    boolean soon = System.nanoTime() - running.startNs < SOON.toNanos();
    running.failures = soon ? running.failures + 1 : 1;
    if (running.failures > MAX_FAILURES_IN_A_ROW) {
      throw new SupervisionException(
          "%s failed %d times in a row, last with status %d: see %s"
              .formatted(running.spec.name(), running.failures, status, running.spec.output()));
    }
    long pid = running.process.pid();
    long delayMs =
        running.failures == 1
            ? 0
            : Math.min(LONGEST_DELAY.toMillis(), 100L << Math.min(running.failures, 20));
    TimeUnit.MILLISECONDS.sleep(delayMs);
    launch(running);
    messages.accept(
        "%s (process %d) ended with status %d and is started again as process %d"
            .formatted(running.spec.name(), pid, status, running.process.pid()));
  }

  @Override
  public void close() {
    List<Running> open = new ArrayList<>(processes.values());
    open.forEach(running -> running.process.destroy());
    spares.ifPresent(SpareKeeper::close);
    for (Running running : open) {
      try {
        Launch.end(running.process, END_SECONDS);
      } catch (InterruptedException e) {
        running.process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
