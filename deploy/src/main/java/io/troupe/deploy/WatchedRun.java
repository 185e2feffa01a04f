package io.troupe.deploy;

import io.troupe.actors.run.RunFolder;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.actors.run.RunSummary;
import io.troupe.deploy.log.GitRevision;
import io.troupe.deploy.log.RunLog;
import io.troupe.deploy.report.BeforeAfter;
import io.troupe.deploy.report.Curves;
import io.troupe.deploy.view.RunView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
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
      RunRecorder recorder = new RunRecorder(view);
      try {
        RunSummary summary = work.apply(recorder);
        Optional<Path> picture = drawCurves(recorder);
        view.end();
        if (!output.json()) {
          report(summary, recorder, picture);
        }
        return ExitCode.OK;
      } catch (RunStoppedException e) {
        LOG.info("the run was stopped", e);
        view.say(e.getMessage());
        return ExitCode.SOFTWARE;
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
  private Optional<Path> drawCurves(RunRecorder recorder) {
    try {
      return Optional.of(Curves.draw(folder, recorder.accuracies()));
    } catch (IOException | RuntimeException | LinkageError | InternalError e) {
      LOG.warn("the curves could not be drawn ({}): is fontconfig installed?", e.toString());
      LOG.info("why the curves could not be drawn", e);
      return Optional.empty();
    }
  }

  private void report(RunSummary summary, RunRecorder recorder, Optional<Path> picture) {
    BeforeAfter table = new BeforeAfter(recorder.first(), recorder.last(), output.style());
    Closing closing = new Closing(folder, summary, picture, recorder.last(), output.style());
    output.out().println();
    table.lines(summary).forEach(output.out()::println);
    output.out().println();
    closing.lines().forEach(output.out()::println);
    output.out().flush();
  }
}
