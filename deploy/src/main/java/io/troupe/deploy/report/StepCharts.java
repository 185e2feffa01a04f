package io.troupe.deploy.report;

import io.troupe.deploy.report.MetricsFile.Series;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Charts of metrics over the steps of a run, two in a row.
 *
 * @param lastStep maximum of the step axis
 */
record StepCharts(long lastStep) {
  static final int WIDTH = 640;
  static final int HEIGHT = 380;
  private static final int COLUMNS = 2;
  private static final Color FAINT = new Color(0x1F, 0x77, 0xB4, 70);
  private static final Color BLUE = new Color(0x1F, 0x77, 0xB4);
  private static final Color ORANGE = new Color(0xD9, 0x5F, 0x02);
  private static final Color GRID = new Color(0xE6, 0xE6, 0xE6);

  /** Draws all charts in one picture; an empty cell stays white. */
  static BufferedImage paint(List<XYChart> charts) {
    int rows = (charts.size() + COLUMNS - 1) / COLUMNS;
    return PngFile.drawn(
        COLUMNS * WIDTH,
        rows * HEIGHT,
        graphics -> {
          for (int i = 0; i < charts.size(); i++) {
            Graphics2D place =
                (Graphics2D)
                    graphics.create(i % COLUMNS * WIDTH, i / COLUMNS * HEIGHT, WIDTH, HEIGHT);
            charts.get(i).paint(place, WIDTH, HEIGHT);
            place.dispose();
          }
        });
  }

  /** Creates an empty chart. */
  XYChart chart(String title, String unit) {
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
    // A minimum between two steps keeps XChart from using unrounded values as tick labels.
    chart
        .getStyler()
        .setXAxisMin(-0.5)
        .setXAxisMax((double) Math.max(1, lastStep))
        .setXAxisTickMarkSpacingHint(90)
        .setPlotGridLinesColor(GRID)
        .setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14))
        .setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
    return chart;
  }

  /** Adds the value of each step in a light color, and the moving mean over it. */
  static void addWithMean(XYChart chart, String name, Series series) {
    if (series.isEmpty()) {
      return;
    }
    XYSeries each = chart.addSeries(name, series.steps(), series.values());
    draw(each, FAINT, 1f);
    each.setShowInLegend(false);
    XYSeries mean = chart.addSeries(name + ", mean", series.steps(), movingMean(series.values()));
    draw(mean, BLUE, 2.5f);
  }

  /** Adds a metric without smoothing. */
  static void addExact(XYChart chart, String name, Series series) {
    draw(chart.addSeries(name, series.steps(), series.values()), BLUE, 2.5f);
  }

  /** Adds a metric that few steps have, with markers. */
  static void addMarked(XYChart chart, String name, Series series) {
    if (series.isEmpty()) {
      return;
    }
    XYSeries line = chart.addSeries(name, series.steps(), series.values());
    draw(line, ORANGE, 2.5f);
    line.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(ORANGE);
  }

  /** Shows the legend. */
  static void showLegend(XYChart chart) {
    chart
        .getStyler()
        .setLegendVisible(true)
        .setLegendPosition(LegendPosition.InsideNE)
        .setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13))
        .setLegendBorderColor(GRID);
  }

  private static void draw(XYSeries series, Color color, float width) {
    series.setLineColor(color).setLineStyle(new BasicStroke(width));
    series.setMarker(SeriesMarkers.NONE);
  }

  /**
   * The centered moving mean over a twentieth of the run to each side. The window shrinks at both
   * ends and stays symmetric, since a one-sided window would shift the ends of a rising curve.
   */
  private static List<Double> movingMean(List<Double> values) {
    List<Double> means = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      int reach = Math.min(values.size() / 20, Math.min(i, values.size() - 1 - i));
      List<Double> near = values.subList(i - reach, i + reach + 1);
      means.add(near.stream().mapToDouble(v -> v).average().orElseThrow());
    }
    return means;
  }
}
