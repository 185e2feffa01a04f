package io.troupe.deploy.report;

import io.troupe.deploy.report.MetricsFile.Series;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;

/**
 * The curves of a supervised run as one picture: the loss of training and evaluation in one chart,
 * then the other metrics of the run.
 */
public final class SupervisedCurves {
  private static final String EVALUATED = "eval_";

  private final MetricsFile metrics;
  private final StepCharts charts;

  private SupervisedCurves(MetricsFile metrics) {
    this.metrics = metrics;
    this.charts = new StepCharts(metrics.lastStep());
  }

  /** Draws the metrics of a run so far. */
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
    String words = name.substring(EVALUATED.length()).replace('_', ' ');
    String title = Character.toUpperCase(words.charAt(0)) + words.substring(1);
    boolean isFraction = words.equals("accuracy");
    XYChart chart =
        charts.chart(title + ", evaluation", isFraction ? "fraction of correct answers" : name);
    StepCharts.addMarked(chart, name, metrics.series(name));
    if (isFraction) {
      chart.getStyler().setYAxisMax(1.0);
    }
    return chart;
  }

  private XYChart learningRate(Series series) {
    XYChart chart = charts.chart("Learning rate", "of the step");
    StepCharts.addExact(chart, "learning_rate", series);
    double highest = series.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    // Limits other than the lowest and highest rate keep XChart's tick labels apart.
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
