package io.troupe.rollout.service;

/**
 * The load of a service. Tokens of beam searches are not counted.
 *
 * @param numRunning requests in the batch, and the beam search in progress
 * @param numWaiting open requests that are not in the batch, preempted ones included
 * @param usedPages pages of the KV cache of the batch that requests use; cached pages without users
 *     are not counted
 * @param numPages pages of the KV cache of the batch
 * @param prefixQueryTokens prompt tokens that have been looked up in the prefix cache
 * @param prefixHitTokens prompt tokens that the prefix cache had
 * @param promptTokens prompt tokens of the requests that have joined the batch, cached ones
 *     included
 * @param completionTokens tokens that have been selected
 * @param numPreemptions how often pages of a request whose reader paused went to other requests
 * @param numPasses forward passes so far
 */
public record DecodingStatistics(
    int numRunning,
    int numWaiting,
    int usedPages,
    int numPages,
    long prefixQueryTokens,
    long prefixHitTokens,
    long promptTokens,
    long completionTokens,
    long numPreemptions,
    long numPasses) {

  DecodingStatistics withNumOpen(int numOpen) {
    return new DecodingStatistics(
        numRunning,
        Math.max(0, numOpen - numRunning),
        usedPages,
        numPages,
        prefixQueryTokens,
        prefixHitTokens,
        promptTokens,
        completionTokens,
        numPreemptions,
        numPasses);
  }
}
