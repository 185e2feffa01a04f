package io.troupe.deploy.report;

import io.troupe.actors.grpo.EvaluationResult;
import io.troupe.actors.grpo.GrpoSummary;
import io.troupe.actors.run.SampleText;
import io.troupe.deploy.view.Figures;
import io.troupe.deploy.view.Style;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The results of a GRPO run as a table: accuracy and reward before and after training, and answers
 * to the same questions.
 *
 * @param first the evaluation before the first step; empty without held-out questions
 * @param last the evaluation after the last step; empty without held-out questions
 * @param rewards mean reward of each step, in order
 * @param style of the terminal
 */
public record BeforeAfter(
    Optional<EvaluationResult> first,
    Optional<EvaluationResult> last,
    List<Double> rewards,
    Style style) {
  private static final int MAX_EACH = 3;

  /** The reward is that of the first and the last of this many parts of the run. */
  private static final int PARTS = 20;

  private static final int TEXT_WIDTH = 34;

  /** Returns the lines of the table. */
  public List<String> lines(GrpoSummary summary) {
    List<String> lines = new ArrayList<>();
    lines.add(style.dim(row("", "before", "after")));
    if (!Double.isNaN(summary.accuracyAfter())) {
      lines.add(accuracyLine(summary));
    }
    if (!rewards.isEmpty()) {
      int part = Math.max(1, rewards.size() / PARTS);
      lines.add(
          row(
              "reward, first and last steps",
              Figures.decimal(mean(rewards.subList(0, part))),
              Figures.decimal(mean(rewards.subList(rewards.size() - part, rewards.size())))));
    }
    if (first.isPresent() && last.isPresent() && !last.get().answers().isEmpty()) {
      lines.add("");
      lines.addAll(answerLines(first.get().answers(), last.get().answers()));
    }
    return lines;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(value -> value).average().orElseThrow();
  }

  private String accuracyLine(GrpoSummary summary) {
    double points = 100 * (summary.accuracyAfter() - summary.accuracyBefore());
    String change = Double.isNaN(points) ? "" : String.format(Locale.ROOT, "%+.1f points", points);
    return row(
            "held-out accuracy",
            Figures.percent(summary.accuracyBefore()),
            Figures.percent(summary.accuracyAfter()))
        + style.bold(points >= 0 ? style.green(change) : style.red(change));
  }

  /** Up to three answers of each kind: learned, known before, still wrong, forgotten. */
  private List<String> answerLines(List<SampleText> before, List<SampleText> after) {
    List<String> lines = new ArrayList<>();
    lines.add(style.dim(row("held-out question", "answer before", "answer after")));
    List<BiPredicate<Boolean, Boolean>> kinds =
        List.of((b, a) -> !b && a, (b, a) -> b && a, (b, a) -> !b && !a, (b, a) -> b && !a);
    for (BiPredicate<Boolean, Boolean> kind : kinds) {
      int shown = 0;
      for (int i = 0; i < Math.min(before.size(), after.size()) && shown < MAX_EACH; i++) {
        if (kind.test(isRight(before.get(i)), isRight(after.get(i)))) {
          lines.add(answerLine(before.get(i), after.get(i)));
          shown++;
        }
      }
    }
    return lines;
  }

  private String answerLine(SampleText before, SampleText after) {
    return pad(Figures.excerpt(before.prompt(), TEXT_WIDTH), TEXT_WIDTH + 2)
        + answer(before)
        + answer(after).stripTrailing();
  }

  private String answer(SampleText sample) {
    String text = pad(Figures.excerpt(sample.completion(), TEXT_WIDTH - 12), TEXT_WIDTH - 12);
    String verdict = "  " + (isRight(sample) ? style.green("right") : style.red("wrong")) + "   ";
    return text + verdict;
  }

  private static boolean isRight(SampleText sample) {
    return !sample.parts().isEmpty()
        && sample.parts().values().stream().allMatch(part -> Math.abs(part - 1) < 1e-9);
  }

  private static String row(String name, String before, String after) {
    return pad(name, TEXT_WIDTH + 2) + pad(before, TEXT_WIDTH - 2) + pad(after, 18);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.codePointCount(0, text.length())));
  }
}
