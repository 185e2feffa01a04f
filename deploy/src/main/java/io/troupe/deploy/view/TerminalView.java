package io.troupe.deploy.view;

import io.troupe.actors.run.RunEvent;
import io.troupe.actors.run.SampleText;
import io.troupe.deploy.view.ShownFigures.Measured;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Redraws a few lines in place: phase and step, main figures, throughput, a sample. Thread-safe. A
 * separate thread draws, so that the run does not wait for a slow terminal.
 */
public final class TerminalView implements RunView {
  private static final int BAR_WIDTH = 24;
  private static final int SPARKLINE_WIDTH = 32;
  private static final int SAMPLE_WIDTH = 56;
  private static final long REDRAW_MS = 250;

  private final Screen screen;
  private final Style style;
  private final RunProgress progress;
  private final ScheduledExecutorService drawing =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("troupe-view").daemon().factory());
  private SampleText sample;
  private boolean ended;

  /**
   * A view.
   *
   * @param out the terminal; it stays open
   * @param style of the terminal
   * @param shown the figures to show
   * @param clockNs returns the time, as {@link System#nanoTime}
   */
  public TerminalView(PrintWriter out, Style style, ShownFigures shown, LongSupplier clockNs) {
    this.screen = new Screen(out);
    this.style = style;
    this.progress = new RunProgress(shown, clockNs);
  }

  @Override
  public synchronized void onStart(Path directory, String title) {
    screen.print(style.bold(title));
    screen.print(
        "run directory "
            + Figures.path(directory)
            + style.dim("   Ctrl-C stops the run with a checkpoint"));
    screen.print("");
    draw();
    drawing.scheduleAtFixedRate(this::draw, REDRAW_MS, REDRAW_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void onEvent(RunEvent event) {
    switch (event) {
      case RunEvent.PhaseStarted(String name) -> progress.phase(name);
      case RunEvent.WarmStartStep(int step, int steps, double loss) ->
          progress.warmStartStep(step, steps, loss);
      case RunEvent.Evaluated(var _, Map<String, Double> figures, var _) ->
          progress.evaluation(figures);
      case RunEvent.StepTrained(long step, long steps, Map<String, Double> metrics) ->
          progress.step(step, steps, metrics);
      case RunEvent.SamplesTrained(long step, List<SampleText> samples) -> {
        if (!samples.isEmpty()) {
          sample = samples.get((int) (step % samples.size()));
        }
      }
      case RunEvent.Finished _ -> {} // the report follows
    }
  }

  @Override
  public void print(String line) {
    screen.print(line);
  }

  private synchronized void draw() {
    if (!ended) {
      screen.draw(lines());
    }
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(positionLine());
    if (!Double.isNaN(progress.warmStartLoss()) && progress.mainValues().isEmpty()) {
      lines.add(label("loss") + Figures.metric("loss", progress.warmStartLoss()));
    }
    if (!progress.mainValues().isEmpty()) {
      lines.add(mainLine());
    }
    if (!progress.measured().isEmpty()) {
      lines.add(measuredLine());
    }
    if (progress.metric(progress.shown().pace()).isPresent()) {
      lines.add(paceLine());
    }
    if (sample != null) {
      lines.add(sampleLine());
    }
    return lines;
  }

  private String positionLine() {
    int full = (int) Math.round(progress.fraction() * BAR_WIDTH);
    String bar = style.green("█".repeat(full)) + style.dim("░".repeat(BAR_WIDTH - full));
    String step =
        progress.steps() == 0 ? "" : "step %d/%d".formatted(progress.step(), progress.steps());
    Duration left = progress.left();
    return label(progress.phase())
        + bar
        + "  %-13s ".formatted(step)
        + Figures.time(progress.elapsed())
        + " elapsed"
        + (left == null ? "" : ", " + Figures.time(left) + " left");
  }

  private String mainLine() {
    String name = progress.shown().main();
    return label(name)
        + style.bold("%-9s".formatted(Figures.metric(name, progress.mainValues().getLast())))
        + style.green(Sparkline.of(progress.mainValues(), SPARKLINE_WIDTH));
  }

  private String measuredLine() {
    Measured first = progress.measured().getFirst();
    Measured last = progress.measured().getLast();
    String change =
        progress.measured().size() == 1
            ? style.bold(last.text())
            : first.text() + " -> " + style.bold(last.text());
    String name = progress.shown().main().equals(last.name()) ? "held out" : last.name();
    return label(name) + change + style.dim("  on " + progress.shown().heldOut());
  }

  private String paceLine() {
    ShownFigures shown = progress.shown();
    StringBuilder line = new StringBuilder(label(shown.paceUnit()));
    line.append("%-9s".formatted(Figures.count(progress.metric(shown.pace()).getAsDouble())));
    for (String name : shown.others()) {
      progress
          .metric(name)
          .ifPresent(
              value ->
                  line.append(style.dim(name.substring(name.indexOf('/') + 1).replace('_', ' ')))
                      .append(' ')
                      .append(Figures.decimal(value))
                      .append("  "));
    }
    return line.toString();
  }

  private String sampleLine() {
    String text =
        Figures.excerpt(sample.prompt(), SAMPLE_WIDTH)
            + style.bold(Figures.excerpt(sample.completion(), SAMPLE_WIDTH));
    return label("sample")
        + text
        + style.dim("  reward ")
        + (Double.isNaN(sample.reward()) ? "none" : Figures.decimal(sample.reward()));
  }

  private String label(String name) {
    return style.dim("%-12s".formatted(name));
  }

  @Override
  public void end() {
    drawing.shutdownNow();
    synchronized (this) {
      if (!ended) {
        screen.draw(lines());
        screen.leave();
        ended = true;
      }
    }
  }
}
