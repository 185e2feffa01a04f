package io.troupe.deploy.view;

import io.troupe.actors.run.RunEvent;
import io.troupe.deploy.view.ShownFigures.Measured;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Prints one line per event; of steps and evaluations, one every few seconds. Thread-safe. */
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
   * @param out the output; it stays open
   * @param shown the figures to show
   * @param clockNs returns the time, as {@link System#nanoTime}
   */
  public LineView(PrintWriter out, ShownFigures shown, LongSupplier clockNs) {
    this.out = out;
    this.clockNs = clockNs;
    this.progress = new RunProgress(shown, clockNs);
    this.lastLineNs = clockNs.getAsLong() - INTERVAL_NS;
    this.lastEvaluationNs = lastLineNs;
  }

  @Override
  public synchronized void onStart(Path directory, String title) {
    print(title);
    print("run directory " + Figures.path(directory));
  }

  @Override
  public synchronized void onEvent(RunEvent event) {
    switch (event) {
      case RunEvent.PhaseStarted(String name) -> onPhase(name);
      case RunEvent.WarmStartStep(int step, int steps, double loss) -> {
        progress.warmStartStep(step, steps, loss);
        if (isDue()) {
          print(position() + "  loss " + Figures.decimal(loss));
        }
      }
      case RunEvent.Evaluated(long step, Map<String, Double> figures, var _) ->
          onEvaluation(step, figures);
      case RunEvent.StepTrained(long step, long steps, Map<String, Double> metrics) -> {
        progress.step(step, steps, metrics);
        if (isDue() || step == steps) {
          print(position() + StepFigures.of(progress));
        }
      }
      case RunEvent.SamplesTrained _, RunEvent.Finished _ -> {} // the report shows them
    }
  }

  private void onPhase(String phase) {
    progress.phase(phase);
    if (phases.add(phase)) {
      print(Figures.time(progress.elapsed()) + "  " + phase);
      lastLineNs = clockNs.getAsLong() - INTERVAL_NS;
    }
  }

  private void onEvaluation(long step, Map<String, Double> figures) {
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

  @Override
  public synchronized void print(String line) {
    out.println(line);
    out.flush();
  }
}
