package io.troupe.deploy;

import io.troupe.actors.replay.Difference;
import io.troupe.actors.replay.ReplayResult;
import io.troupe.actors.replay.ReplayScope;
import io.troupe.actors.replay.ReplayTotal;
import io.troupe.actors.replay.RunReplay;
import io.troupe.data.json.FiniteJson;
import io.troupe.deploy.view.Figures;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code troupe replay}: repeats a clustered run from its log. */
@Command(
    name = "replay",
    sortOptions = false,
    description = {
      "Repeats a clustered run from its log, on this machine: sampling, rewards, gradients and"
          + " optimizer steps. Compares every token, log-probability, reward and version of the"
          + " weights, and reports the first difference. The run may be running."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:everything is equal", "1:a difference or a failure", "2:usage error"},
    footer = {"", "troupe replay runs/20261124-081500-arithmetic"})
final class ReplayCommand implements Callable<Integer> {
  private static final long INTERVAL_NS = Duration.ofSeconds(5).toNanos();

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "The run directory.")
  private Path run;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Repeat the first N steps only (default: all in the log).")
  private Integer steps;

  @Option(
      names = "--no-sampling",
      description = "Repeat training only, on the samples and rewards in the log.")
  private boolean noSampling;

  @Option(names = "--json", description = "Print one JSON object per step, and the result.")
  private boolean json;

  private long startNs;
  private long lastLineNs;

  @Override
  public Integer call() {
    long maxSteps = Arguments.read(spec, this::maxSteps);
    RunOutput output = RunOutput.of(spec.commandLine().getOut(), json);
    ReplayScope scope = noSampling ? ReplayScope.TRAINING : ReplayScope.ALL;
    try (RunReplay replay = RunReplay.open(run.toAbsolutePath().normalize(), scope)) {
      startNs = System.nanoTime();
      lastLineNs = startNs;
      long last = Math.min(maxSteps, replay.steps());
      ReplayResult result = replay.run(maxSteps, total -> printStep(output.out(), total, last));
      printResult(output, result);
      output.out().flush();
      return result.difference().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private long maxSteps() {
    if (steps == null) {
      return Long.MAX_VALUE;
    }
    Arguments.requireAtLeast("--steps", steps, 1);
    return steps;
  }

  private void printStep(PrintWriter out, ReplayTotal total, long last) {
    if (json) {
      out.println(FiniteJson.line(figures("step", total)));
      out.flush();
      return;
    }
    long now = System.nanoTime();
    if (now - lastLineNs >= INTERVAL_NS) {
      lastLineNs = now;
      double rate = total.steps() / ((now - startNs) / 1e9);
      out.println(
          "%s  step %d/%d  %s steps/s  %s left"
              .formatted(
                  Figures.time(Duration.ofNanos(now - startNs)),
                  total.step(),
                  last,
                  Figures.decimal(rate),
                  Figures.time(Duration.ofSeconds((long) ((last - total.step()) / rate)))));
      out.flush();
    }
  }

  private static Map<String, Object> figures(String event, ReplayTotal total) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", event);
    line.put("step", total.step());
    line.put("steps", total.steps());
    line.put("committed", total.committed());
    line.put("groups", total.groups());
    line.put("samples", total.samples());
    line.put("tokens", total.tokens());
    line.put("timeouts", total.timeouts());
    line.put("too_old", total.tooOld());
    return line;
  }

  private void printResult(RunOutput output, ReplayResult result) {
    if (json) {
      Map<String, Object> line = figures("result", result.total());
      line.put("identical", result.difference().isEmpty());
      line.put("different_step", result.difference().map(Difference::step).orElse(null));
      line.put("difference", result.difference().map(Difference::describe).orElse(null));
      output.out().println(FiniteJson.line(line));
      return;
    }
    ReplayTotal total = result.total();
    String done =
        "%s steps, %s groups, %s samples, %s tokens"
            .formatted(
                Figures.count(total.steps()),
                Figures.count(total.groups()),
                Figures.count(total.samples()),
                Figures.count(total.tokens()));
    if (result.difference().isPresent()) {
      Difference found = result.difference().get();
      output.out().println(done + " are identical before the difference");
      output.out().println(output.style().red("step " + found.step() + ": " + found.describe()));
    } else {
      output.out().println(output.style().green("identical: ") + done);
      printOpen(output.out(), total);
    }
  }

  private static void printOpen(PrintWriter out, ReplayTotal total) {
    if (total.committed() < total.steps()) {
      out.println(
          "%d steps have no checksum in the log yet".formatted(total.steps() - total.committed()));
    }
    if (total.tooOld() > 0) {
      out.println(
          "%d samples of weights before the checkpoint are not repeated".formatted(total.tooOld()));
    }
    if (total.timeouts() > 0) {
      out.println(
          "%d rewards exceeded their deadline in the run and are not repeated"
              .formatted(total.timeouts()));
    }
  }
}
