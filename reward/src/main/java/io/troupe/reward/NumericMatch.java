package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * 1 when the completion's final number equals the answer's, else 0.
 *
 * <p>The final number is the one after {@code ####} (as GSM8K writes answers) where there is such a
 * mark, else the last one. Numbers are compared by value: {@code 1,234.50} equals {@code 1234.5}.
 *
 * @param field the prompt's field that holds the answer
 */
public record NumericMatch(String field) implements Reward {

  static NumericMatch from(RewardParameters parameters) {
    parameters.allow("field");
    return new NumericMatch(parameters.text("field", "answer"));
  }

  @Override
  public String name() {
    return "numeric-match";
  }

  @Override
  public double score(Prompt prompt, Completion completion) throws RewardException {
    Optional<BigDecimal> answer = Numbers.finalAnswer(PromptFields.require(prompt, field));
    if (answer.isEmpty()) {
      throw new RewardException("the field " + field + " holds no number");
    }
    return Numbers.finalAnswer(completion.text())
            .filter(number -> number.compareTo(answer.get()) == 0)
            .isPresent()
        ? 1
        : 0;
  }
}
