package io.troupe.reward;

import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.Prompt;

/** 1 when the completion ends with a full stop, question mark or exclamation mark, else 0. */
public record EndsOnSentence() implements Reward {
  private static final int SHOWN = 20;
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
  public RewardResult evaluate(Prompt prompt, Completion completion) {
    String text = completion.text().stripTrailing();
    int last = text.length() - 1;
    while (last >= 0 && AFTER.indexOf(text.charAt(last)) >= 0) {
      last--;
    }
    boolean isEnd = last >= 0 && ".!?\u2026".indexOf(text.charAt(last)) >= 0;
    return RewardResult.of(isEnd ? 1 : 0, text.substring(Math.max(0, text.length() - SHOWN)));
  }
}
