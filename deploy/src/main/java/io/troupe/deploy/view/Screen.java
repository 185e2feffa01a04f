package io.troupe.deploy.view;

import java.io.PrintWriter;
import java.util.List;

/**
 * A block of lines at the end of a terminal's output that is redrawn in place. The terminal
 * truncates lines that are too wide, so that the block keeps its height. Thread-safe.
 */
public final class Screen {
  private static final String WRAP_OFF = "\u001b[?7l";
  private static final String WRAP_ON = "\u001b[?7h";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintWriter out;
  private List<String> block = List.of();

  /**
   * A block without lines.
   *
   * @param out the terminal; it stays open
   */
  public Screen(PrintWriter out) {
    this.out = out;
  }

  /** Replaces the block. */
  public synchronized void draw(List<String> lines) {
    StringBuilder text = erased();
    block = List.copyOf(lines);
    appendBlock(text);
    write(text);
  }

  /** Prints a line above the block; it is not erased. */
  public synchronized void print(String line) {
    StringBuilder text = erased().append(line).append('\n');
    appendBlock(text);
    write(text);
  }

  /** Ends the block: later output goes below it. */
  public synchronized void leave() {
    block = List.of();
  }

  private StringBuilder erased() {
    StringBuilder text = new StringBuilder("\r");
    if (!block.isEmpty()) {
      text.append("\u001b[").append(block.size()).append('A');
    }
    return text.append(CLEAR_BELOW);
  }

  private void appendBlock(StringBuilder text) {
    text.append(WRAP_OFF);
    block.forEach(line -> text.append(line).append('\n'));
    text.append(WRAP_ON);
  }

  private void write(CharSequence text) {
    out.append(text).flush();
  }
}
