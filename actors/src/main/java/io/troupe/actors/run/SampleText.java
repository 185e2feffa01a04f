package io.troupe.actors.run;

import java.util.Map;

/**
 * A sample as people read it, in {@code samples/samples.jsonl} and on screen.
 *
 * @param step the step that trained it, from 1; 0 before the first, as in the first evaluation
 * @param groupId its group; -1 in an evaluation
 * @param sampleIndex its place in the group
 * @param policyVersion the oldest policy that sampled a token of it
 * @param prompt the prompt's text
 * @param completion its text
 * @param reward the weighted sum; NaN when unscorable
 * @param parts each reward by name
 * @param numTokens its length
 * @param finishReason how it ended: {@code end-of-text}, {@code stop-string}, {@code length} or
 *     {@code cancelled}; or why it is unscorable
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
