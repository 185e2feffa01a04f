package io.troupe.rollout.service;

/** What happens to the requests in the batch when the weights are replaced. */
public enum RunningRequests {
  /**
   * They continue at once. Their cached keys and values stay, so that their later tokens attend to
   * keys of older weights.
   */
  KEEP_CACHE,
  /**
   * They continue when their keys and values have been computed again with the new weights: each
   * token is the one that its weights select after the tokens before it.
   */
  RECOMPUTE,
  /** The weights are replaced when they have ended; other requests wait for the new weights. */
  WAIT,
  /** They are canceled. */
  ABORT
}
