package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;
import java.util.Locale;

/**
 * 1 if the completion equals the answer, else 0. White space around both is ignored.
 *
 * @param field the prompt's field that holds the answer
 * @param ignoreCase whether upper and lower case are equal
 */
public record ExactMatch(String field, boolean ignoreCase) implements Reward {

  static ExactMatch from(RewardParameters parameters) {
    parameters.allow("field", "ignore-case");
    return new ExactMatch(
        parameters.text("field", "answer"), parameters.flag("ignore-case", false));
  }

  @Override
  public String name() {
    return "exact-match";
  }

  @Override
  public RewardResult evaluate(Prompt prompt, Completion completion) throws RewardException {
    String answer = fold(PromptFields.require(prompt, field));
    String text = fold(completion.text());
    return new RewardResult(text.equals(answer) ? 1 : 0, text, answer);
  }

  @Override
  public void check(Prompt prompt) throws RewardException {
    PromptFields.require(prompt, field);
  }

  private String fold(String text) {
    String stripped = text.strip();
    return ignoreCase ? stripped.toLowerCase(Locale.ROOT) : stripped;
  }
}
