package io.troupe.deploy.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * The embeddings of examples, such as the last hidden layer of the nodes of a graph, projected onto
 * their first two principal components and colored by class.
 *
 * @param title title of the plot
 * @param values (examples, features)
 * @param numFeatures at least 1
 * @param labels class of each example
 * @param classNames by label
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record EmbeddingPlot(
    String title, float[] values, int numFeatures, int[] labels, List<String> classNames) {
  static final int SIDE = 720;
  private static final int MARGIN = 24;
  private static final int TITLE_HEIGHT = 40;
  private static final int LEGEND_WIDTH = 230;
  private static final int LINE_HEIGHT = 24;

  /** Checks that there is a label for each example. */
  public EmbeddingPlot {
    classNames = List.copyOf(classNames);
    if (numFeatures < 1 || labels.length < 1 || values.length != labels.length * numFeatures) {
      throw new IllegalArgumentException(
          "embeddings must have a row for each label, got %d values of %d features and %d labels"
              .formatted(values.length, numFeatures, labels.length));
    }
  }

  /** Draws the plot. */
  public BufferedImage draw() {
    double[][] rows = new double[labels.length][numFeatures];
    for (int i = 0; i < values.length; i++) {
      rows[i / numFeatures][i % numFeatures] = values[i];
    }
    double[][] placed = PrincipalComponents.project(rows);
    return PngFile.drawn(
        SIDE + LEGEND_WIDTH,
        TITLE_HEIGHT + SIDE,
        graphics -> {
          drawPoints(graphics, placed);
          drawLegend(graphics);
        });
  }

  private void drawPoints(Graphics2D graphics, double[][] placed) {
    double[] low = {Double.MAX_VALUE, Double.MAX_VALUE};
    double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE};
    for (double[] point : placed) {
      for (int d = 0; d < 2; d++) {
        low[d] = Math.min(low[d], point[d]);
        high[d] = Math.max(high[d], point[d]);
      }
    }
    double radius = labels.length > 1000 ? 2.5 : 4;
    for (int i = 0; i < placed.length; i++) {
      double x = MARGIN + share(placed[i][0], low[0], high[0]) * (SIDE - 2 * MARGIN);
      double up = share(placed[i][1], low[1], high[1]) * (SIDE - 2 * MARGIN);
      double y = TITLE_HEIGHT + SIDE - MARGIN - up;
      Color color = ClassColors.of(labels[i]);
      graphics.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 170));
      graphics.fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
    }
  }

  private static double share(double value, double low, double high) {
    return high > low ? (value - low) / (high - low) : 0.5;
  }

  private void drawLegend(Graphics2D graphics) {
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    graphics.drawString(PngFile.fitting(graphics, title, SIDE), MARGIN, 28);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    int shown = Math.min(classNames.size(), (SIDE - MARGIN) / LINE_HEIGHT);
    for (int label = 0; label < shown; label++) {
      int y = TITLE_HEIGHT + MARGIN + label * LINE_HEIGHT;
      graphics.setColor(ClassColors.of(label));
      graphics.fillOval(SIDE + 4, y - 11, 12, 12);
      graphics.setColor(Color.BLACK);
      String name = PngFile.fitting(graphics, classNames.get(label), LEGEND_WIDTH - 40);
      graphics.drawString(name, SIDE + 24, y);
    }
  }
}
