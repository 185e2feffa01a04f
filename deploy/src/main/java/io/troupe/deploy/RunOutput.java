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
 * Where and how a run is shown.
 *
 * @param out standard output
 * @param terminal whether it is a terminal that can move its cursor
 * @param json whether a program reads it
 * @param style how figures stand out
 */
record RunOutput(PrintWriter out, boolean terminal, boolean json, Style style) {

  /** As standard output is, and the environment wishes ({@code TERM}, {@code NO_COLOR}). */
  static RunOutput of(PrintWriter out, boolean json) {
    Console console = System.console();
    boolean terminal =
        console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    String noColour = System.getenv("NO_COLOR");
    boolean colours = terminal && (noColour == null || noColour.isEmpty());
    return new RunOutput(out, terminal, json, new Style(colours));
  }

  /**
   * A view for what it is.
   *
   * @param shown which figures people see
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
