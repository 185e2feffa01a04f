package io.troupe.deploy.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A confusion matrix as a picture: a row for each class, a column for each predicted class. The
 * larger the fraction of a cell in its row, the darker the cell.
 *
 * @param counts by class (row) and prediction (column)
 * @param classNames one per class
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record ConfusionMatrix(long[][] counts, List<String> classNames) {
  private static final int MAX_NUMBERED = 20;
  private static final int MAX_NAMED = 60;
  private static final int UNNAMED_SIDE = 960;
  private static final int MARGIN = 16;
  private static final int TITLE_HEIGHT = 44;
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 18);
  private static final Font AXIS = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

  /** Checks that the matrix is square and every class has a name. */
  public ConfusionMatrix {
    classNames = List.copyOf(classNames);
    for (long[] row : counts) {
      if (row.length != counts.length || classNames.size() != counts.length) {
        throw new IllegalArgumentException(
            "confusion matrix must be square with a name per class, got %d x %d and %d names"
                .formatted(counts.length, row.length, classNames.size()));
      }
    }
    if (counts.length == 0) {
      throw new IllegalArgumentException("confusion matrix must have at least one class, got 0");
    }
  }

  /** Draws the picture. */
  public BufferedImage draw() {
    int width = namesWidth() + counts.length * cell() + 2 * MARGIN;
    int height = TITLE_HEIGHT + namesHeight() + counts.length * cell() + MARGIN;
    return PngFile.drawn(Math.max(width, 420), height, this::drawOn);
  }

  /** The side of a cell in pixels. */
  private int cell() {
    if (counts.length <= MAX_NUMBERED) {
      return counts.length <= 10 ? 56 : 44;
    }
    return namesShown() ? 16 : Math.max(1, UNNAMED_SIDE / counts.length);
  }

  private boolean namesShown() {
    return counts.length <= MAX_NAMED;
  }

  private int namesWidth() {
    return namesShown() ? Math.clamp(9L * longestName() + 34, 60, 190) : 34;
  }

  /** Names of columns are rotated if one of them is wider than a cell. */
  private boolean namesRotated() {
    return namesShown() && longestName() * 8 > cell();
  }

  private int namesHeight() {
    return namesRotated() ? Math.clamp(8L * longestName() + 36, 48, 190) : 48;
  }

  private int longestName() {
    return classNames.stream().mapToInt(String::length).max().orElse(0);
  }

  private int left() {
    return MARGIN + namesWidth();
  }

  private int top() {
    return TITLE_HEIGHT + namesHeight();
  }

  private void drawOn(Graphics2D graphics) {
    drawTitles(graphics);
    for (int label = 0; label < counts.length; label++) {
      if (namesShown()) {
        drawNames(graphics, label);
      }
      long inRow = Arrays.stream(counts[label]).sum();
      for (int predicted = 0; predicted < counts.length; predicted++) {
        drawCell(graphics, label, predicted, Math.max(1, inRow));
      }
    }
    graphics.setColor(Color.GRAY);
    graphics.drawRect(left(), top(), counts.length * cell(), counts.length * cell());
  }

  private void drawTitles(Graphics2D graphics) {
    long right = 0;
    long all = 0;
    for (int label = 0; label < counts.length; label++) {
      right += counts[label][label];
      all += Arrays.stream(counts[label]).sum();
    }
    graphics.setColor(Color.BLACK);
    graphics.setFont(TITLE);
    String share = all == 0 ? "" : String.format(Locale.ROOT, " (%.2f %%)", 100.0 * right / all);
    graphics.drawString(
        String.format(Locale.ROOT, "%,d of %,d right%s", right, all, share), MARGIN, 28);
    graphics.setFont(AXIS);
    int middle = counts.length * cell() / 2;
    PngFile.centered(graphics, "predicted", left() + middle, TITLE_HEIGHT + 14);
    graphics.rotate(-Math.PI / 2);
    PngFile.centered(graphics, "class", -(top() + middle), MARGIN + 8);
    graphics.rotate(Math.PI / 2);
  }

  private void drawNames(Graphics2D graphics, int label) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, Math.min(13, cell() - 4)));
    graphics.setColor(Color.DARK_GRAY);
    int middle = label * cell() + cell() / 2;
    String name = PngFile.fitting(graphics, classNames.get(label), namesWidth() - 34);
    int nameWidth = graphics.getFontMetrics().stringWidth(name);
    graphics.drawString(name, left() - 8 - nameWidth, top() + middle + 5);
    if (namesRotated()) {
      String upright = PngFile.fitting(graphics, classNames.get(label), namesHeight() - 34);
      graphics.rotate(-Math.PI / 2);
      graphics.drawString(upright, 8 - top(), left() + middle + 5);
      graphics.rotate(Math.PI / 2);
    } else {
      PngFile.centered(graphics, classNames.get(label), left() + middle, top() - 8);
    }
  }

  private void drawCell(Graphics2D graphics, int label, int predicted, long inRow) {
    long count = counts[label][predicted];
    double share = (double) count / inRow;
    int x = left() + predicted * cell();
    int y = top() + label * cell();
    graphics.setColor(label == predicted ? shade(share, 0x08519C) : shade(share, 0xCB181D));
    graphics.fillRect(x, y, cell(), cell());
    if (count > 0 && counts.length <= MAX_NUMBERED) {
      graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, cell() >= 56 ? 14 : 12));
      graphics.setColor(share > 0.5 ? Color.WHITE : Color.BLACK);
      PngFile.centered(graphics, String.valueOf(count), x + cell() / 2, y + cell() / 2 + 5);
    }
  }

  /** White for 0, the full color for 1; the square root makes rare mistakes visible. */
  private static Color shade(double share, int full) {
    double strength = Math.sqrt(share);
    Color color = new Color(full);
    return new Color(
        mixed(color.getRed(), strength),
        mixed(color.getGreen(), strength),
        mixed(color.getBlue(), strength));
  }

  private static int mixed(int channel, double strength) {
    return (int) Math.round(255 + (channel - 255) * strength);
  }
}
