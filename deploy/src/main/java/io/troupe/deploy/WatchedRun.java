package io.troupe.deploy;

import io.troupe.actors.run.EvaluationResult;
import io.troupe.actors.run.RunFolder;
import io.troupe.actors.run.RunFolderException;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.actors.run.RunSummary;
import io.troupe.deploy.log.GitRevision;
import io.troupe.deploy.log.RunLog;
import io.troupe.deploy.report.BeforeAfter;
import io.troupe.deploy.report.Curves;
import io.troupe.deploy.report.EvaluationFile;
import io.troupe.deploy.report.MetricsFile;
import io.troupe.deploy.report.SampleExcerpts;
import io.troupe.deploy.view.RunView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * A run from the first line on the terminal to the last: log, view, Ctrl-C, table, picture.
 *
 * @param folder of the run; the caller closes it
 * @param output where it is shown
 */
record WatchedRun(RunFolder folder, RunOutput output) {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedRun.class);

  /**
   * Runs and reports.
   *
   * @param what one line that says what is trained on what
   * @param config logged
   * @param work the run itself, given who watches it
   * @return the exit status
   */
  int run(String what, String config, Function<RunListener, RunSummary> work) {
    try (Interruption _ = Interruption.ofThisThread();
        RunView view = output.open();
        RunLog _ = RunLog.open(folder.logFile(), view::say)) {
      logStart(config);
      view.onStart(folder.path(), what);
      EvaluationFile evaluations = EvaluationFile.of(folder);
      try {
        RunSummary summary = work.apply(new RunRecorder(view, evaluations));
        TreeMap<Long, EvaluationResult> results = evaluations.read();
        Optional<Path> picture = drawCurves(results);
        view.end();
        if (!output.json()) {
          report(summary, results, picture);
        }
        return ExitCode.OK;
      } catch (RunStoppedException e) {
        LOG.info("the run was stopped", e);
        view.end();
        view.say(e.getMessage());
        return ExitCode.SOFTWARE;
      } catch (IOException e) {
        throw new RunFolderException(
            "the run has ended, but %s cannot be read: %s".formatted(folder.path(), e.getMessage()),
            e);
      } catch (RuntimeException e) {
        LOG.info("the run failed", e);
        throw e;
      }
    }
  }

  private static void logStart(String config) {
    LOG.info("troupe {}, revision {}", Troupe.Version.number(), GitRevision.ofProgram());
    LOG.info(
        "Java {} on {} {}, {} processors",
        Runtime.version(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    LOG.info("configuration:\n{}", config);
  }

  /** A picture that cannot be drawn, as without fonts, is no reason to fail a run. */
  private Optional<Path> drawCurves(TreeMap<Long, EvaluationResult> results) {
    try {
      return Optional.of(Curves.draw(folder, results));
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      LOG.warn("the curves could not be drawn ({}): is fontconfig installed?", e.toString());
      LOG.info("why the curves could not be drawn", e);
      return Optional.empty();
    }
  }

  private void report(
      RunSummary summary, TreeMap<Long, EvaluationResult> results, Optional<Path> picture)
      throws IOException {
    Optional<EvaluationResult> first = Optional.ofNullable(results.get(0L));
    Optional<EvaluationResult> last =
        Optional.ofNullable(results.lastEntry()).map(Map.Entry::getValue);
    List<Double> rewards = MetricsFile.read(folder.metricsFile()).series("reward").values();
    BeforeAfter table = new BeforeAfter(first, last, rewards, output.style());
    List<String> lines = new ArrayList<>(List.of(""));
    lines.addAll(table.lines(summary));
    lines.add("");
    if (results.isEmpty()) {
      lines.addAll(new SampleExcerpts(folder.samplesFile(), output.style()).lines());
      lines.add("");
    }
    lines.addAll(new Closing(folder, summary, picture, last, output.style()).lines());
    lines.forEach(output.out()::println);
    output.out().flush();
  }
}
