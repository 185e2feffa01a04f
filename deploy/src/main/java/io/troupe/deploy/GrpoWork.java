package io.troupe.deploy;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.RunDirectory;
import io.troupe.actors.run.RunListener;
import io.troupe.deploy.report.BeforeAfter;
import io.troupe.deploy.report.Curves;
import io.troupe.deploy.report.EvaluationFile;
import io.troupe.deploy.report.MetricsFile;
import io.troupe.deploy.report.SampleExcerpts;
import io.troupe.deploy.view.RunView;
import io.troupe.deploy.view.Style;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A GRPO run; its report compares the policy before and after.
 *
 * @param directory of the run
 * @param style of the terminal
 * @param run trains, and sends its events to the listener
 */
record GrpoWork(RunDirectory directory, Style style, Function<RunListener, GrpoSummary> run)
    implements WatchedRun.Work {
  @Override
  public List<String> run(RunView view) throws IOException {
    EvaluationFile evaluations = EvaluationFile.of(directory);
    GrpoSummary summary = run.apply(new RunRecorder(view, evaluations));
    TreeMap<Long, EvaluationResult> results = evaluations.read();
    Optional<Path> picture = Plots.attempt("the curves", () -> Curves.draw(directory, results));
    return report(summary, results, picture);
  }

  private List<String> report(
      GrpoSummary summary, TreeMap<Long, EvaluationResult> results, Optional<Path> picture)
      throws IOException {
    Optional<EvaluationResult> first = Optional.ofNullable(results.get(0L));
    Optional<EvaluationResult> last =
        Optional.ofNullable(results.lastEntry()).map(Map.Entry::getValue);
    List<Double> rewards = MetricsFile.read(directory.metricsFile()).series("reward").values();
    List<String> lines =
        new ArrayList<>(new BeforeAfter(first, last, rewards, style).lines(summary));
    lines.add("");
    if (results.isEmpty()) {
      lines.addAll(new SampleExcerpts(directory.samplesFile(), style).lines());
      lines.add("");
    }
    lines.addAll(new GrpoResultLines(directory, summary, picture, last, style).lines());
    return lines;
  }
}
