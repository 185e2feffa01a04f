package io.troupe.actors.replay;

/**
 * What a replay has compared.
 *
 * @param step last step
 * @param steps number of steps trained again
 * @param committed number of these whose weights the log has a checksum of
 * @param groups number of groups trained
 * @param samples number of samples that were sampled and scored again
 * @param tokens number of their tokens
 * @param timeouts number of samples whose reward exceeded its deadline in the run, which a replay
 *     does not repeat
 * @param tooOld number of samples that were not sampled again, because a replay that starts from a
 *     checkpoint does not have the older weights that they come from
 */
public record ReplayTotal(
    long step,
    long steps,
    long committed,
    long groups,
    long samples,
    long tokens,
    long timeouts,
    long tooOld) {
  static final ReplayTotal NONE = new ReplayTotal(0, 0, 0, 0, 0, 0, 0, 0);
}
