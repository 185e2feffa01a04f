package io.troupe.deploy.report;

import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.util.List;

/** Breaks the caption of a picture into lines of the picture's width. */
final class CaptionLines {
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, false);

  private final Font font;
  private final int width;

  /**
   * Breaks captions.
   *
   * @param font of the captions
   * @param width of a line in pixels
   */
  CaptionLines(Font font, int width) {
    this.font = font;
    this.width = width;
  }

  /**
   * One line if the caption fits or has a single word, else two: the first has as many words as
   * fit, the second all others. A line that is still too long is shortened when it is drawn.
   */
  List<String> of(String caption) {
    int end = caption.length();
    while (end > 0 && font.getStringBounds(caption, 0, end, CONTEXT).getWidth() > width) {
      end = caption.lastIndexOf(' ', end - 1);
    }
    if (end < 0) {
      end = caption.indexOf(' ');
    }
    return end < 0 || end == caption.length()
        ? List.of(caption)
        : List.of(caption.substring(0, end), caption.substring(end + 1));
  }
}
