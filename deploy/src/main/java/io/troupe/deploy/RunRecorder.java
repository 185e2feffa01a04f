package io.troupe.deploy;

import io.troupe.actors.run.EvaluationResult;
import io.troupe.actors.run.RunListener;
import io.troupe.actors.run.RunSummary;
import io.troupe.actors.run.SampleText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Passes everything on to a view and keeps the evaluations for the report. Thread-safe. */
final class RunRecorder implements RunListener {
  private final RunListener view;
  private final TreeMap<Long, EvaluationResult> evaluations = new TreeMap<>();

  RunRecorder(RunListener view) {
    this.view = view;
  }

  /** The evaluation before the first step; empty for a run that was resumed later. */
  synchronized Optional<EvaluationResult> first() {
    return Optional.ofNullable(evaluations.get(0L));
  }

  /** The newest evaluation. */
  synchronized Optional<EvaluationResult> last() {
    return Optional.ofNullable(evaluations.lastEntry()).map(Map.Entry::getValue);
  }

  /** Accuracy by step. */
  synchronized Map<Long, Double> accuracies() {
    Map<Long, Double> accuracies = new TreeMap<>();
    evaluations.forEach(
        (step, result) -> {
          if (!Double.isNaN(result.accuracy())) {
            accuracies.put(step, result.accuracy());
          }
        });
    return accuracies;
  }

  @Override
  public void onPhase(String phase) {
    view.onPhase(phase);
  }

  @Override
  public void onWarmStartStep(int step, int steps, double loss) {
    view.onWarmStartStep(step, steps, loss);
  }

  @Override
  public void onEvaluation(EvaluationResult result) {
    synchronized (this) {
      evaluations.put(result.step(), result);
    }
    view.onEvaluation(result);
  }

  @Override
  public void onStep(long step, long steps, Map<String, Double> metrics) {
    view.onStep(step, steps, metrics);
  }

  @Override
  public void onSamples(long step, List<SampleText> samples) {
    view.onSamples(step, samples);
  }

  @Override
  public void onFinished(RunSummary summary) {
    view.onFinished(summary);
  }
}
