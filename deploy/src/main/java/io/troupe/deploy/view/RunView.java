package io.troupe.deploy.view;

import io.troupe.actors.run.SampleText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Shows a run of any kind while it goes on. Calls come one at a time, but from several threads;
 * whoever opens a view closes it, when the run has ended.
 */
public interface RunView extends AutoCloseable {
  /**
   * The run is about to begin.
   *
   * @param folder where it is written
   * @param what one line that says what is trained on what
   */
  void onStart(Path folder, String what);

  /** A part of the run begins. */
  default void onPhase(String phase) {}

  /** A step of a supervised warm start is done. */
  default void onWarmStartStep(int step, int steps, double loss) {}

  /**
   * Something was measured on examples that are held out.
   *
   * @param step after which
   * @param figures by name; NaN where there is none
   */
  default void onEvaluation(long step, Map<String, Double> figures) {}

  /**
   * Training has come to a step.
   *
   * @param step counted from 1
   * @param steps how many the run has
   * @param metrics of the step, or of those since the last call
   */
  default void onStep(long step, long steps, Map<String, Double> metrics) {}

  /** Some of the samples that a step was trained on. */
  default void onSamples(long step, List<SampleText> samples) {}

  /** The run has ended; {@code summary} is what {@code summary.json} holds. */
  default void onFinished(Map<String, ?> summary) {}

  /** Something that the user should read now, such as a warning. */
  void say(String line);

  /** Nothing more comes: leaves the terminal as text that follows expects it. */
  default void end() {}

  /** Ends, if that has not been said; closing twice is harmless. */
  @Override
  default void close() {
    end();
  }
}
