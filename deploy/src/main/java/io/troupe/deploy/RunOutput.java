package io.troupe.deploy;

import io.troupe.deploy.view.JsonView;
import io.troupe.deploy.view.LineView;
import io.troupe.deploy.view.RunView;
import io.troupe.deploy.view.ShownFigures;
import io.troupe.deploy.view.Style;
import io.troupe.deploy.view.TerminalView;
import java.io.Console;
import java.io.PrintWriter;

/**
 * Destination and format of the output of a run.
 *
 * @param out standard output
 * @param terminal whether standard output is a terminal that can move its cursor
 * @param json whether to print JSON
 * @param style style of figures
 */
record RunOutput(PrintWriter out, boolean terminal, boolean json, Style style) {

  /** Detects a terminal, and color from {@code TERM} and {@code NO_COLOR}. */
  static RunOutput of(PrintWriter out, boolean json) {
    Console console = System.console();
    boolean terminal =
        console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    String noColor = System.getenv("NO_COLOR");
    boolean colors = terminal && (noColor == null || noColor.isEmpty());
    return new RunOutput(out, terminal, json, new Style(colors));
  }

  /**
   * Opens a view that fits the output.
   *
   * @param shown figures of the view
   */
  RunView open(ShownFigures shown) {
    if (json) {
      return new JsonView(out);
    }
    return terminal
        ? new TerminalView(out, style, shown, System::nanoTime)
        : new LineView(out, shown, System::nanoTime);
  }
}
