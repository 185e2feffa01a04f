package io.troupe.deploy.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of one size in rows, each with an optional caption: samples, reconstructions and
 * mistakes of a model. Small pictures are enlarged by an integer factor, so that pixels stay sharp.
 */
public final class PictureGrid {
  private static final int GAP = 6;
  private static final int MARGIN = 12;
  private static final int TITLE_HEIGHT = 34;
  private static final int LINE_HEIGHT = 15;
  private static final int BELOW_CAPTION = 5;
  private static final Font CAPTION = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  private static final int SMALLEST = 64;
  private static final Color MISTAKE = new Color(0xC0, 0x1A, 0x1A);

  private final String title;
  private final int columns;
  private final int channels;
  private final int height;
  private final int width;
  private final List<Tile> tiles = new ArrayList<>();

  private record Tile(float[] pixels, List<String> lines, Color color) {}

  /**
   * An empty grid.
   *
   * @param title title of the grid; empty for none
   * @param columns number of pictures in a row
   * @param channels channels of each picture: 1 for gray, 3 for red, green and blue
   * @param height height of each picture in pixels
   * @param width width of each picture in pixels
   */
  public PictureGrid(String title, int columns, int channels, int height, int width) {
    if (columns < 1 || (channels != 1 && channels != 3) || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a grid must have 1 or 3 channels and sizes >= 1, got %d columns of pictures of %dx%dx%d"
              .formatted(columns, channels, height, width));
    }
    this.title = title;
    this.columns = columns;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /**
   * Adds the pictures of an array.
   *
   * @param pixels (pictures, channels, height, width), in [0, 1]; other values are clamped
   * @param captions one per picture, or none
   */
  public PictureGrid add(float[] pixels, List<String> captions) {
    int numel = channels * height * width;
    if (pixels.length % numel != 0
        || (!captions.isEmpty() && captions.size() != pixels.length / numel)) {
      throw new IllegalArgumentException(
          "%d values and %d captions for pictures of %dx%dx%d"
              .formatted(pixels.length, captions.size(), channels, height, width));
    }
    for (int i = 0; i < pixels.length / numel; i++) {
      float[] picture = java.util.Arrays.copyOfRange(pixels, i * numel, (i + 1) * numel);
      tiles.add(new Tile(picture, lines(captions.isEmpty() ? "" : captions.get(i)), Color.BLACK));
    }
    return this;
  }

  /**
   * Adds a picture with a wrong prediction.
   *
   * @param pixels (channels, height, width)
   */
  public PictureGrid addMistake(float[] pixels, String className, String predicted) {
    add(pixels, List.of(className + " as " + predicted));
    Tile last = tiles.removeLast();
    tiles.add(new Tile(last.pixels(), last.lines(), MISTAKE));
    return this;
  }

  /** The number of pictures. */
  public int size() {
    return tiles.size();
  }

  /** Draws the grid. */
  public BufferedImage draw() {
    int rows = Math.max(1, Math.ceilDiv(tiles.size(), columns));
    return PngFile.drawn(
        2 * MARGIN + columns * (width * scale() + GAP) - GAP,
        top() + rows * rowHeight() - GAP + MARGIN,
        this::drawOn);
  }

  private int scale() {
    return Math.max(1, Math.ceilDiv(SMALLEST, Math.max(height, width)));
  }

  private int top() {
    return title.isEmpty() ? MARGIN : MARGIN + TITLE_HEIGHT;
  }

  private int rowHeight() {
    int lines = tiles.stream().mapToInt(tile -> tile.lines().size()).max().orElse(0);
    int captions = lines == 0 ? 0 : lines * LINE_HEIGHT + BELOW_CAPTION;
    return height * scale() + GAP + captions;
  }

  private List<String> lines(String caption) {
    return caption.isEmpty() ? List.of() : new CaptionLines(CAPTION, width * scale()).of(caption);
  }

  private void drawOn(Graphics2D graphics) {
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    int gridWidth = columns * (width * scale() + GAP) - GAP;
    graphics.drawString(PngFile.fitting(graphics, title, gridWidth), MARGIN, MARGIN + 18);
    graphics.setFont(CAPTION);
    int rowHeight = rowHeight();
    for (int i = 0; i < tiles.size(); i++) {
      int x = MARGIN + i % columns * (width * scale() + GAP);
      drawTile(graphics, tiles.get(i), x, top() + i / columns * rowHeight);
    }
  }

  private void drawTile(Graphics2D graphics, Tile tile, int x, int y) {
    int shown = width * scale();
    graphics.drawImage(image(tile.pixels()), x, y, shown, height * scale(), null);
    graphics.setColor(tile.color());
    int baseline = y + height * scale();
    for (String line : tile.lines()) {
      baseline += LINE_HEIGHT;
      PngFile.centered(graphics, PngFile.fitting(graphics, line, shown), x + shown / 2, baseline);
    }
  }

  private BufferedImage image(float[] pixels) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int plane = height * width;
    for (int i = 0; i < plane; i++) {
      int red = level(pixels[i]);
      int green = channels == 3 ? level(pixels[plane + i]) : red;
      int blue = channels == 3 ? level(pixels[2 * plane + i]) : red;
      image.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
    }
    return image;
  }

  private static int level(float value) {
    return Math.round(Math.clamp(value, 0f, 1f) * 255); // NaN becomes black
  }
}
