package io.troupe.deploy.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws pictures without a screen and writes them as PNG files. */
public final class PngFile {
  private PngFile() {}

  /** Draws on a picture. */
  @FunctionalInterface
  interface Drawing {
    void on(Graphics2D graphics);
  }

  /** Draws on a white picture. */
  static BufferedImage drawn(int width, int height, Drawing drawing) {
    System.setProperty("java.awt.headless", "true");
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    drawing.on(graphics);
    graphics.dispose();
    return image;
  }

  /**
   * Writes a picture.
   *
   * @return the file
   * @throws IOException if it cannot be written
   */
  public static Path write(BufferedImage image, Path file) throws IOException {
    // ImageIO prints a stack trace if it cannot open a file itself.
    try (OutputStream bytes = Files.newOutputStream(file);
        ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IOException("this Java runtime cannot write PNG files");
      }
    }
    return file;
  }

  /** Draws a text that is centered at {@code x} and has its baseline at {@code y}. */
  static void centered(Graphics2D graphics, String text, int x, int y) {
    graphics.drawString(text, x - graphics.getFontMetrics().stringWidth(text) / 2, y);
  }

  /** Shortens a text to at most {@code width} pixels. */
  static String fitting(Graphics2D graphics, String text, int width) {
    String cut = text;
    while (cut.length() > 1 && graphics.getFontMetrics().stringWidth(cut) > width) {
      cut = cut.substring(0, cut.length() - 2) + "…";
    }
    return cut;
  }
}
