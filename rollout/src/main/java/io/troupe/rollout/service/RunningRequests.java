package io.troupe.rollout.service;

/** What happens to running requests when the weights are replaced. */
public enum RunningRequests {
  /** They continue at once; keys and values of earlier tokens stay as the old weights made them. */
  KEEP_CACHE,
  /**
   * They continue at once; keys and values of earlier tokens are computed again with the new
   * weights.
   */
  RECOMPUTE,
  /** They end first; new requests wait for the new weights. */
  WAIT,
  /** They are canceled. */
  ABORT
}
