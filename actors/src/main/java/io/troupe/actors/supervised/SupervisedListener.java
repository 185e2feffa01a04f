package io.troupe.actors.supervised;

import io.troupe.training.supervised.Tally;
import java.util.Map;

/**
 * Watches a supervised run. Calls come one at a time, from threads of the run; they should return
 * quickly, as the run waits for them. Every method does nothing unless overridden.
 */
public interface SupervisedListener {
  /** Watches nothing. */
  SupervisedListener NONE = new SupervisedListener() {};

  /** A part of the run begins: {@code training}, {@code evaluation}. */
  default void onPhase(String phase) {}

  /**
   * A line of {@code metrics.jsonl} is written.
   *
   * @param step counted from 1; a resumed run goes on where it stopped
   * @param steps how many the run has
   * @param metrics such as {@code loss}; after an evaluation also such as {@code eval_accuracy}
   */
  default void onStep(long step, long steps, Map<String, Double> metrics) {}

  /**
   * The model has the weights that are the result, and has been measured on the test part; called
   * before {@link #onFinished} on the thread that started the run, for whoever wants to look at it.
   *
   * @param test what was counted
   */
  default void onResult(SupervisedInputs inputs, Tally test) {}

  /** The run has ended and {@code summary.json} is written. */
  default void onFinished(SupervisedSummary summary) {}
}
