package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import io.troupe.reward.number.FinalAnswer;
import io.troupe.reward.number.MarkerChoice;
import io.troupe.reward.number.Rational;
import java.util.Optional;

/**
 * 1 when the completion's final number equals the answer's, else 0. {@link FinalAnswer} defines the
 * final number. Numbers are compared by their exact value: {@code 1,234.50} equals {@code 1234.5},
 * and {@code \frac12} equals {@code 0.5}. A percent sign is ignored: {@code 42%} equals 42.
 *
 * @param field the prompt's field that holds the answer; its last marker counts
 * @param marker which of several answer markers in a completion counts
 */
public record NumericMatch(String field, MarkerChoice marker) implements Reward {
  private static final int MAX_SHOWN = 80;

  static NumericMatch from(RewardParameters parameters) {
    parameters.allow("field", "marker");
    return new NumericMatch(
        parameters.text("field", "answer"), parameters.choice("marker", MarkerChoice.LAST));
  }

  @Override
  public String name() {
    return "numeric-match";
  }

  @Override
  public RewardResult evaluate(Prompt prompt, Completion completion) throws RewardException {
    Rational answer = answer(prompt);
    Optional<Rational> found = FinalAnswer.of(completion.text(), marker);
    return new RewardResult(
        found.filter(answer::equals).isPresent() ? 1 : 0,
        found.map(Rational::toString).orElse(""),
        answer.toString());
  }

  @Override
  public void check(Prompt prompt) throws RewardException {
    String text = PromptFields.require(prompt, field);
    if (FinalAnswer.of(text, MarkerChoice.LAST).isEmpty()) {
      throw new RewardException(
          "%s must contain a number, got \"%s\"".formatted(field, excerpt(text)));
    }
  }

  private Rational answer(Prompt prompt) throws RewardException {
    return FinalAnswer.of(PromptFields.require(prompt, field), MarkerChoice.LAST)
        .orElseThrow(() -> new RewardException(field + " must contain a number"));
  }

  private static String excerpt(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= MAX_SHOWN ? line : "\u2026" + line.substring(line.length() - MAX_SHOWN);
  }
}
