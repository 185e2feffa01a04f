package io.troupe.deploy.bench.serve;

import io.troupe.deploy.view.Screen;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows the progress of a load: a line that is redrawn on a terminal, and a line every few seconds
 * otherwise.
 *
 * @param out standard error
 * @param terminal whether it is a terminal that can move its cursor
 */
record ProgressView(PrintWriter out, boolean terminal) implements ServeBench.Watcher {
  private static final long REDRAW_MS = 250;
  private static final long LINE_MS = 5000;

  @Override
  public AutoCloseable watch(LoadProgress progress) {
    ScheduledExecutorService drawing =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("load-progress").daemon().factory());
    if (!terminal) {
      drawing.scheduleAtFixedRate(
          () -> printLine(progress.line()), LINE_MS, LINE_MS, TimeUnit.MILLISECONDS);
      return drawing::shutdownNow;
    }
    Screen screen = new Screen(out);
    drawing.scheduleAtFixedRate(
        () -> screen.draw(List.of(progress.line())), 0, REDRAW_MS, TimeUnit.MILLISECONDS);
    return () -> {
      drawing.shutdownNow();
      drawing.awaitTermination(1, TimeUnit.SECONDS);
      screen.draw(List.of());
      screen.leave();
    };
  }

  private void printLine(String line) {
    out.println(line);
    out.flush();
  }
}
