package io.troupe.actors.run;

import java.util.Map;

/**
 * A sample as text, for {@code samples/samples.jsonl} and the terminal.
 *
 * @param step that trained the sample, from 1; 0 in the evaluation before the first step
 * @param groupId id of the group; -1 in an evaluation
 * @param sampleIndex index in the group
 * @param policyVersion of the oldest policy that sampled one of its tokens
 * @param prompt text of the prompt
 * @param completion text of the completion
 * @param reward weighted sum of the rewards; NaN if unscorable
 * @param parts rewards by name
 * @param numTokens tokens of the completion
 * @param finishReason why the completion ended: {@code end-of-text}, {@code stop-string}, {@code
 *     length} or {@code cancelled}; or the reason why it is unscorable
 */
public record SampleText(
    long step,
    long groupId,
    int sampleIndex,
    long policyVersion,
    String prompt,
    String completion,
    double reward,
    Map<String, Double> parts,
    int numTokens,
    String finishReason) {

  /** Copies the parts. */
  public SampleText {
    parts = Map.copyOf(parts);
  }
}
