package io.troupe.deploy;

import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunDirectoryException;
import io.troupe.actors.run.RunStoppedException;
import io.troupe.deploy.log.GitRevision;
import io.troupe.deploy.log.RunLog;
import io.troupe.deploy.view.RunView;
import io.troupe.deploy.view.ShownFigures;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ExitCode;

/**
 * A run of any kind with its log, its view, the handling of Ctrl-C and its report.
 *
 * @param directory of the run; the caller closes it
 * @param output of the view and the report
 * @param shown figures of the view
 */
record WatchedRun(RunDirectory directory, RunOutput output, ShownFigures shown) {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedRun.class);

  /** The run itself. */
  interface Work {
    /**
     * Runs to the end.
     *
     * @param view shows the events
     * @return the lines of the report
     * @throws IOException if the run directory cannot be read
     */
    List<String> run(RunView view) throws IOException;
  }

  /**
   * Runs and reports.
   *
   * @param title of the run in one line
   * @param config logged
   * @return the exit status
   */
  int run(String title, String config, Work work) {
    try (Interruption _ = Interruption.ofThisThread();
        RunView view = output.open(shown);
        RunLog _ = RunLog.open(directory.logFile(), view::print)) {
      logStart(config);
      view.onStart(directory.path(), title);
      try {
        List<String> report = work.run(view);
        view.end();
        if (!output.json()) {
          output.out().println();
          report.forEach(output.out()::println);
          output.out().flush();
        }
        return ExitCode.OK;
      } catch (RunStoppedException e) {
        LOG.info("the run was stopped", e);
        view.end();
        view.print(e.getMessage());
        return ExitCode.SOFTWARE;
      } catch (IOException e) {
        throw new RunDirectoryException(
            "the run has ended, but %s cannot be read: %s"
                .formatted(directory.path(), e.getMessage()),
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
}
