package io.troupe.actors.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An event of a run. */
public sealed interface RunEvent {
  /**
   * A phase begins.
   *
   * @param name {@code warm start}, {@code evaluation}, {@code training} or {@code test}
   */
  record PhaseStarted(String name) implements RunEvent {}

  /**
   * A step of the supervised warm start is completed.
   *
   * @param step counted from 1
   * @param steps of the whole warm start
   * @param loss of the step
   */
  record WarmStartStep(int step, int steps, double loss) implements RunEvent {}

  /**
   * Held-out examples were evaluated.
   *
   * @param step after which; 0 before the first
   * @param figures by name; NaN where a figure has no value
   * @param answers of a language model to the held-out questions; empty otherwise
   */
  record Evaluated(long step, Map<String, Double> figures, List<SampleText> answers)
      implements RunEvent {
    /** Copies the collections. */
    public Evaluated {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
      answers = List.copyOf(answers);
    }
  }

  /**
   * A line of {@code metrics.jsonl} was written.
   *
   * @param step counted from 1; a resumed run continues the count
   * @param steps of the whole run
   * @param metrics of the step, or of the steps since the last event
   */
  record StepTrained(long step, long steps, Map<String, Double> metrics) implements RunEvent {}

  /**
   * A selection of the samples that a step was trained on.
   *
   * @param step counted from 1
   */
  record SamplesTrained(long step, List<SampleText> samples) implements RunEvent {
    /** Copies the list. */
    public SamplesTrained {
      samples = List.copyOf(samples);
    }
  }

  /** The run has ended and {@code summary.json} is written. */
  record Finished(RunSummary summary) implements RunEvent {}
}
