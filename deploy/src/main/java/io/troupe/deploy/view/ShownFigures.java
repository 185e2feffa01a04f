package io.troupe.deploy.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metrics that views show during a run.
 *
 * @param main the main metric of a step
 * @param measured metrics of an evaluation; the first one that it has is shown
 * @param heldOut name of the evaluation data
 * @param pace the throughput metric
 * @param paceUnit unit of the throughput
 * @param others further metrics of a step
 */
public record ShownFigures(
    String main,
    List<String> measured,
    String heldOut,
    String pace,
    String paceUnit,
    List<String> others) {
  /** Metrics of GRPO runs. */
  public static final ShownFigures GRPO =
      new ShownFigures(
          "reward",
          List.of("accuracy"),
          "held-out questions",
          "tokens_per_second",
          "tokens/s",
          List.of("completions/mean_length", "entropy", "kl", "learning_rate"));

  /** Metrics of supervised runs. */
  public static final ShownFigures SUPERVISED =
      new ShownFigures(
          "loss",
          List.of("eval_accuracy", "eval_loss"),
          "held-out examples",
          "examples_per_second",
          "examples/s",
          List.of("epoch", "learning_rate", "grad_norm"));

  /** Copies the lists. */
  public ShownFigures {
    measured = List.copyOf(measured);
    others = List.copyOf(others);
  }

  /** The metric of an evaluation to show; empty if it has none. */
  Optional<Measured> of(Map<String, Double> evaluation) {
    return measured.stream()
        .filter(name -> !Double.isNaN(evaluation.getOrDefault(name, Double.NaN)))
        .map(name -> new Measured(name.replaceFirst("^eval_", ""), evaluation.get(name)))
        .findFirst();
  }

  /**
   * A metric of an evaluation.
   *
   * @param name such as {@code accuracy}
   * @param value its value
   */
  record Measured(String name, double value) {
    String text() {
      return Figures.metric(name, value);
    }
  }
}
