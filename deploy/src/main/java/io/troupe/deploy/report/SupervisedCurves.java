package io.troupe.deploy.report;

import io.troupe.deploy.report.MetricsFile.Series;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;

/**
 * The curves of a supervised run as one picture: the loss of training and evaluation in one chart,
 * then the other figures that the run has.
 */
public final class SupervisedCurves {
  private static final String EVALUATED = "eval_";

  private final MetricsFile metrics;
  private final StepCharts charts;

  private SupervisedCurves(MetricsFile metrics) {
    this.metrics = metrics;
    this.charts = new StepCharts(metrics.lastStep());
  }

  /** Draws the metrics that a run has written so far. */
  public static BufferedImage draw(MetricsFile metrics) {
    return StepCharts.paint(new SupervisedCurves(metrics).charts());
  }

  private List<XYChart> charts() {
    List<XYChart> drawn = new ArrayList<>();
    drawn.add(loss());
    for (String name : metrics.names()) {
      if (name.startsWith(EVALUATED) && !name.equals("eval_loss")) {
        drawn.add(evaluated(name));
      }
    }
    Series learningRate = metrics.series("learning_rate");
    if (!learningRate.isEmpty()) {
      drawn.add(learningRate(learningRate));
    }
    addChart(drawn, "Gradient norm", "before clipping", "grad_norm");
    addChart(drawn, "Throughput", "examples per second", "examples_per_second");
    return drawn;
  }

  private XYChart loss() {
    XYChart chart = charts.chart("Loss", "mean of the step's examples");
    StepCharts.addWithMean(chart, "training", metrics.series("loss"));
    StepCharts.addMarked(chart, "evaluation", metrics.series("eval_loss"));
    if (!chart.getSeriesMap().isEmpty()) {
      StepCharts.showLegend(chart);
    }
    return chart;
  }

  private XYChart evaluated(String name) {
    String what = name.substring(EVALUATED.length()).replace('_', ' ');
    String title = Character.toUpperCase(what.charAt(0)) + what.substring(1);
    boolean isShare = what.equals("accuracy");
    XYChart chart = charts.chart(title + ", evaluation", isShare ? "share of right answers" : name);
    StepCharts.addMarked(chart, name, metrics.series(name));
    if (isShare) {
      chart.getStyler().setYAxisMax(1.0);
    }
    return chart;
  }

  private XYChart learningRate(Series series) {
    XYChart chart = charts.chart("Learning rate", "of the step");
    StepCharts.addExact(chart, "learning_rate", series);
    double highest = series.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    // Not from the lowest rate: ticks would be chosen among the rates, one upon the other.
    chart
        .getStyler()
        .setYAxisDecimalPattern("0.0#####")
        .setYAxisMin(-0.01 * highest)
        .setYAxisMax(1.05 * highest);
    return chart;
  }

  private void addChart(List<XYChart> drawn, String title, String unit, String metric) {
    Series series = metrics.series(metric);
    if (!series.isEmpty()) {
      XYChart chart = charts.chart(title, unit);
      StepCharts.addWithMean(chart, metric, series);
      drawn.add(chart);
    }
  }
}
