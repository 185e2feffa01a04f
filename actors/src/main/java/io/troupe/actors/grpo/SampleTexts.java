package io.troupe.actors.grpo;

import io.troupe.actors.run.SampleText;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import io.troupe.protocols.sample.Score;
import io.troupe.protocols.sample.ScoredGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Converts samples to text. */
final class SampleTexts {
  private SampleTexts() {}

  /**
   * A selection of the samples of a step: the first of each group, then the second of each, etc.
   */
  static List<SampleText> of(long step, List<ScoredGroup> groups, int maxSamples) {
    List<SampleText> texts = new ArrayList<>();
    int most = groups.stream().mapToInt(group -> group.scores().size()).max().orElse(0);
    for (int i = 0; i < most; i++) {
      for (ScoredGroup group : groups) {
        if (i < group.scores().size() && texts.size() < maxSamples) {
          texts.add(
              of(
                  step,
                  group.group().spec().groupId(),
                  group.group().spec().prompt(),
                  group.group().completions().get(i),
                  group.scores().get(i)));
        }
      }
    }
    return texts;
  }

  static SampleText of(long step, long groupId, Prompt prompt, Completion completion, Score score) {
    return switch (score) {
      case Score.Scored(double value, Map<String, Double> parts) ->
          text(step, groupId, prompt, completion, value, parts, ending(completion));
      case Score.Unscorable(String reason) ->
          text(step, groupId, prompt, completion, Double.NaN, Map.of(), reason);
    };
  }

  private static SampleText text(
      long step,
      long groupId,
      Prompt prompt,
      Completion completion,
      double reward,
      Map<String, Double> parts,
      String ending) {
    return new SampleText(
        step,
        groupId,
        completion.sampleIndex(),
        completion.oldestPolicyVersion(),
        prompt.text(),
        completion.text(),
        reward,
        parts,
        completion.tokenIds().length,
        ending);
  }

  private static String ending(Completion completion) {
    return switch (completion.finishReason()) {
      case FinishReason.EndOfText _ -> "end-of-text";
      case FinishReason.StopToken _ -> "stop-token";
      case FinishReason.StopString _ -> "stop-string";
      case FinishReason.ConstraintMet _ -> "constraint";
      case FinishReason.LengthLimit _ -> "length";
      case FinishReason.Cancelled _ -> "cancelled";
    };
  }
}
