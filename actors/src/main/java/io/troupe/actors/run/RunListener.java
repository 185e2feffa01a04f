package io.troupe.actors.run;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.grpo.GrpoSummary;
import java.util.List;
import java.util.Map;

/**
 * Watches a run. Calls come one at a time, from threads of the run; they should return quickly, as
 * the run waits for them. Every method does nothing unless overridden.
 */
public interface RunListener {
  /** Watches nothing. */
  RunListener NONE = new RunListener() {};

  /** A part of the run begins: {@code warm start}, {@code evaluation}, {@code training}. */
  default void onPhase(String phase) {}

  /** A step of the supervised warm start is done. */
  default void onWarmStartStep(int step, int steps, double loss) {}

  /** Held-out accuracy was measured. */
  default void onEvaluation(EvaluationResult result) {}

  /**
   * A training step is done and its line of {@code metrics.jsonl} is written.
   *
   * @param step counted from 1; a resumed run goes on where it stopped
   * @param steps how many the run has
   * @param metrics in TRL's names
   */
  default void onStep(long step, long steps, Map<String, Double> metrics) {}

  /** Some of the samples that a step was trained on. */
  default void onSamples(long step, List<SampleText> samples) {}

  /** The run has ended and {@code summary.json} is written. */
  default void onFinished(GrpoSummary summary) {}
}
