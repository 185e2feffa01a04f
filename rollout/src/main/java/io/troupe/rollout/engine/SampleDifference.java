package io.troupe.rollout.engine;

/**
 * The first difference between a recorded sample and the same sample computed again.
 *
 * @param groupId id of the group
 * @param sampleIndex index of the sample in its group
 * @param position index of the token in the completion; the number of its tokens if the difference
 *     is in its end
 * @param part what differs
 * @param recorded the recorded value
 * @param computed the value that was computed now
 */
public record SampleDifference(
    long groupId, int sampleIndex, int position, Part part, String recorded, String computed) {

  /** What of a sample differs. */
  public enum Part {
    /** The id of a token. */
    TOKEN("token"),
    /** The policy version of a token: versions never decrease. */
    POLICY_VERSION("policy version"),
    /** The log-probability of a token. */
    LOG_PROBABILITY("log-probability"),
    /** The position at which the sample ends, and why. */
    FINISH_REASON("finish reason"),
    /** The text. */
    TEXT("text");

    private final String label;

    Part(String label) {
      this.label = label;
    }

    /** The name in messages. */
    public String label() {
      return label;
    }
  }
}
