package io.troupe.deploy.view;

import io.troupe.deploy.view.ShownFigures.Measured;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Prints a line per event, of steps and evaluations one every few seconds. Thread-safe. */
public final class LineView implements RunView {
  private static final long INTERVAL_NS = Duration.ofSeconds(5).toNanos();

  private final PrintWriter out;
  private final LongSupplier clockNs;
  private final RunProgress progress;
  private final Set<String> phases = new HashSet<>();
  private long lastLineNs;
  private long lastEvaluationNs;

  /**
   * A view.
   *
   * @param out where lines go; left open
   * @param shown which figures
   * @param clockNs tells the time, as {@link System#nanoTime}
   */
  public LineView(PrintWriter out, ShownFigures shown, LongSupplier clockNs) {
    this.out = out;
    this.clockNs = clockNs;
    this.progress = new RunProgress(shown, clockNs);
    this.lastLineNs = clockNs.getAsLong() - INTERVAL_NS;
    this.lastEvaluationNs = lastLineNs;
  }

  @Override
  public synchronized void onStart(Path folder, String what) {
    print(what);
    print("run folder " + Figures.path(folder));
  }

  @Override
  public synchronized void onPhase(String phase) {
    progress.phase(phase);
    if (phases.add(phase)) {
      print(Figures.time(progress.elapsed()) + "  " + phase);
      lastLineNs = clockNs.getAsLong() - INTERVAL_NS;
    }
  }

  @Override
  public synchronized void onWarmStartStep(int step, int steps, double loss) {
    progress.warmStartStep(step, steps, loss);
    if (isDue()) {
      print(position() + "  loss " + Figures.decimal(loss));
    }
  }

  @Override
  public synchronized void onEvaluation(long step, Map<String, Double> figures) {
    Optional<Measured> figure = progress.evaluation(figures);
    long now = clockNs.getAsLong();
    if (figure.isPresent() && (now - lastEvaluationNs >= INTERVAL_NS || step == progress.steps())) {
      lastEvaluationNs = now;
      print(
          "%s  held-out %s %s after step %d"
              .formatted(
                  Figures.time(progress.elapsed()),
                  figure.get().name(),
                  figure.get().text(),
                  step));
    }
  }

  @Override
  public synchronized void onStep(long step, long steps, Map<String, Double> metrics) {
    progress.step(step, steps, metrics);
    if (isDue() || step == steps) {
      print(position() + StepFigures.of(progress));
    }
  }

  @Override
  public synchronized void say(String line) {
    print(line);
  }

  private String position() {
    return "%s  %s step %d/%d"
        .formatted(
            Figures.time(progress.elapsed()), progress.phase(), progress.step(), progress.steps());
  }

  private boolean isDue() {
    long now = clockNs.getAsLong();
    if (now - lastLineNs < INTERVAL_NS) {
      return false;
    }
    lastLineNs = now;
    return true;
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }
}
