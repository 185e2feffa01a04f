package io.troupe.deploy.view;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of a run's figures are shown while it goes on.
 *
 * @param main the metric of steps that says how training fares
 * @param measured figures of evaluations, the first that there is
 * @param heldOut what evaluations are made on
 * @param pace the metric that says how fast training is
 * @param paceUnit what that counts
 * @param others further metrics of steps
 */
public record ShownFigures(
    String main,
    List<String> measured,
    String heldOut,
    String pace,
    String paceUnit,
    List<String> others) {
  /** Of runs with GRPO. */
  public static final ShownFigures GRPO =
      new ShownFigures(
          "reward",
          List.of("accuracy"),
          "held-out questions",
          "tokens_per_second",
          "tokens/s",
          List.of("completions/mean_length", "entropy", "kl", "learning_rate"));

  /** Of supervised runs. */
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

  /** The figure of an evaluation that is shown; empty if it has none. */
  Optional<Measured> of(Map<String, Double> evaluation) {
    return measured.stream()
        .filter(name -> !Double.isNaN(evaluation.getOrDefault(name, Double.NaN)))
        .map(name -> new Measured(name.replaceFirst("^eval_", ""), evaluation.get(name)))
        .findFirst();
  }

  /**
   * A figure of an evaluation.
   *
   * @param name such as {@code accuracy}
   * @param value the figure
   */
  record Measured(String name, double value) {
    String text() {
      return Figures.metric(name, value);
    }
  }
}
