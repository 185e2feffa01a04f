package io.troupe.deploy.report;

import io.troupe.actors.run.EvaluationResult;
import io.troupe.actors.run.RunFolder;
import io.troupe.deploy.report.MetricsFile.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The curves of a run as one picture, two charts in a row. */
public final class Curves {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;
  private static final int COLUMNS = 2;
  private static final Color FAINT = new Color(0x1F, 0x77, 0xB4, 70);
  private static final Color BLUE = new Color(0x1F, 0x77, 0xB4);
  private static final Color ORANGE = new Color(0xD9, 0x5F, 0x02);
  private static final Color GRID = new Color(0xE6, 0xE6, 0xE6);

  private final MetricsFile metrics;

  private Curves(MetricsFile metrics) {
    this.metrics = metrics;
  }

  /**
   * Draws the metrics that a run has written so far.
   *
   * @param evaluations by step
   * @return the picture's file, in the run's {@code plots}
   * @throws IOException if metrics cannot be read or the picture cannot be written
   */
  public static Path draw(RunFolder folder, SortedMap<Long, EvaluationResult> evaluations)
      throws IOException {
    System.setProperty("java.awt.headless", "true");
    List<XYChart> charts = new Curves(MetricsFile.read(folder.metricsFile())).charts(evaluations);
    Path picture = folder.plots().resolve("curves.png");
    if (!ImageIO.write(paint(charts), "png", picture.toFile())) {
      throw new IOException("this Java writes no PNG files");
    }
    return picture;
  }

  private static BufferedImage paint(List<XYChart> charts) {
    int rows = (charts.size() + COLUMNS - 1) / COLUMNS;
    BufferedImage image =
        new BufferedImage(COLUMNS * WIDTH, rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
    for (int i = 0; i < charts.size(); i++) {
      Graphics2D place =
          (Graphics2D) graphics.create(i % COLUMNS * WIDTH, i / COLUMNS * HEIGHT, WIDTH, HEIGHT);
      charts.get(i).paint(place, WIDTH, HEIGHT);
      place.dispose();
    }
    graphics.dispose();
    return image;
  }

  private List<XYChart> charts(SortedMap<Long, EvaluationResult> evaluations) {
    List<XYChart> charts = new ArrayList<>();
    XYChart reward = chart("Reward", "mean of the step's samples");
    addWithMean(reward, "reward", metrics.series("reward"));
    charts.add(reward);
    List<EvaluationResult> answered =
        evaluations.values().stream().filter(result -> !Double.isNaN(result.accuracy())).toList();
    if (!answered.isEmpty()) {
      charts.add(accuracy(answered));
    }
    addChart(charts, "Completion length", "tokens", "completions/mean_length");
    addChart(charts, "Entropy", "nats per token", "entropy");
    addChart(charts, "KL from the start policy", "nats per token", "kl");
    addChart(charts, "Gradient norm", "before clipping", "grad_norm");
    addChart(charts, "Log-probability gap, rollout to learner", "nats, largest", "logprob_gap_max");
    addChart(charts, "Throughput", "tokens per second", "tokens_per_second");
    return charts;
  }

  private void addChart(List<XYChart> charts, String title, String unit, String metric) {
    Series series = metrics.series(metric);
    if (!series.isEmpty()) {
      XYChart chart = chart(title, unit);
      addWithMean(chart, metric, series);
      charts.add(chart);
    }
  }

  private XYChart accuracy(List<EvaluationResult> evaluations) {
    XYChart chart = chart("Held-out accuracy", "share of right answers");
    List<Long> steps = evaluations.stream().map(EvaluationResult::step).toList();
    List<Double> values = evaluations.stream().map(EvaluationResult::accuracy).toList();
    XYSeries line = chart.addSeries("accuracy", steps, values);
    line.setLineColor(ORANGE).setLineStyle(new BasicStroke(2.5f));
    line.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(ORANGE);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
    return chart;
  }

  private XYChart chart(String title, String unit) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("step")
            .yAxisTitle(unit)
            .build();
    chart
        .getStyler()
        .setLegendVisible(false)
        .setChartBackgroundColor(Color.WHITE)
        .setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18))
        .setPlotBorderVisible(false);
    // Not from a whole step: where values are evenly spaced, ticks are chosen among them,
    // unrounded.
    chart
        .getStyler()
        .setXAxisMin(-0.5)
        .setXAxisMax((double) Math.max(1, metrics.lastStep()))
        .setXAxisTickMarkSpacingHint(90)
        .setPlotGridLinesColor(GRID)
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14))
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    return chart;
  }

  /** Each step faintly, and over it the mean of its neighbourhood. */
  private static void addWithMean(XYChart chart, String name, Series series) {
    if (series.isEmpty()) {
      return;
    }
    XYSeries each = chart.addSeries(name, series.steps(), series.values());
    draw(each, FAINT, 1f);
    XYSeries mean = chart.addSeries(name + ", mean", series.steps(), movingMean(series.values()));
    draw(mean, BLUE, 2.5f);
  }

  private static void draw(XYSeries series, Color colour, float width) {
    series.setLineColor(colour).setLineStyle(new BasicStroke(width));
    series.setMarker(SeriesMarkers.NONE);
  }

  /** The mean over a twentieth of the run to each side, less at the ends. */
  private static List<Double> movingMean(List<Double> values) {
    int reach = values.size() / 20;
    List<Double> means = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      int from = Math.max(0, i - reach);
      int to = Math.min(values.size(), i + reach + 1);
      means.add(values.subList(from, to).stream().mapToDouble(v -> v).average().orElseThrow());
    }
    return means;
  }
}
