package io.troupe.actors.replay;

/** What a replay repeats. */
public enum ReplayScope {
  /** Sampling, rewards and training. */
  ALL,
  /** Training alone, on the samples and rewards in the log. */
  TRAINING
}
