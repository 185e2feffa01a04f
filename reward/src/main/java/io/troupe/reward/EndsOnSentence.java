package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;

/** 1 when the completion ends on a full sentence: a full stop, question or exclamation mark. */
public record EndsOnSentence() implements Reward {
  private static final String AFTER = "\"'\u201d\u2019)]";

  static EndsOnSentence from(RewardParameters parameters) {
    parameters.allow();
    return new EndsOnSentence();
  }

  @Override
  public String name() {
    return "ends-on-sentence";
  }

  @Override
  public double score(Prompt prompt, Completion completion) {
    String text = completion.text().stripTrailing();
    int last = text.length() - 1;
    while (last >= 0 && AFTER.indexOf(text.charAt(last)) >= 0) {
      last--;
    }
    return last >= 0 && ".!?\u2026".indexOf(text.charAt(last)) >= 0 ? 1 : 0;
  }
}
