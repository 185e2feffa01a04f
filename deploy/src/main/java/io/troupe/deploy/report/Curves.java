package io.troupe.deploy.report;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.run.RunDirectory;
import io.troupe.deploy.report.MetricsFile.Series;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.knowm.xchart.XYChart;

/** The curves of a GRPO run as one picture, two charts in a row. */
public final class Curves {
  private final MetricsFile metrics;
  private final StepCharts charts;

  private Curves(MetricsFile metrics) {
    this.metrics = metrics;
    this.charts = new StepCharts(metrics.lastStep());
  }

  /**
   * Draws the metrics of a run so far.
   *
   * @param evaluations by step
   * @return the file in the run's {@code plots} directory
   * @throws IOException if metrics cannot be read or the picture cannot be written
   */
  public static Path draw(RunDirectory folder, SortedMap<Long, EvaluationResult> evaluations)
      throws IOException {
    List<XYChart> charts = new Curves(MetricsFile.read(folder.metricsFile())).charts(evaluations);
    return PngFile.write(StepCharts.paint(charts), folder.plots().resolve("curves.png"));
  }

  private List<XYChart> charts(SortedMap<Long, EvaluationResult> evaluations) {
    List<XYChart> drawn = new ArrayList<>();
    XYChart reward = charts.chart("Reward", "mean of the step's samples");
    StepCharts.addWithMean(reward, "reward", metrics.series("reward"));
    drawn.add(reward);
    List<EvaluationResult> answered =
        evaluations.values().stream().filter(result -> !Double.isNaN(result.accuracy())).toList();
    if (!answered.isEmpty()) {
      drawn.add(accuracy(answered));
    }
    addChart(drawn, "Completion length", "tokens", "completions/mean_length");
    addChart(drawn, "Entropy", "nats per token", "entropy");
    addChart(drawn, "KL from the initial policy", "nats per token", "kl");
    addChart(drawn, "Gradient norm", "before clipping", "grad_norm");
    addChart(drawn, "Log-probability gap, rollout to learner", "nats, maximum", "logprob_gap_max");
    addChart(drawn, "Throughput", "tokens per second", "tokens_per_second");
    return drawn;
  }

  private void addChart(List<XYChart> drawn, String title, String unit, String metric) {
    Series series = metrics.series(metric);
    if (!series.isEmpty()) {
      XYChart chart = charts.chart(title, unit);
      StepCharts.addWithMean(chart, metric, series);
      drawn.add(chart);
    }
  }

  private XYChart accuracy(List<EvaluationResult> evaluations) {
    XYChart chart = charts.chart("Held-out accuracy", "fraction of correct answers");
    List<Double> steps = evaluations.stream().map(result -> (double) result.step()).toList();
    List<Double> values = evaluations.stream().map(EvaluationResult::accuracy).toList();
    StepCharts.addMarked(chart, "accuracy", new Series(steps, values));
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    return chart;
  }
}
