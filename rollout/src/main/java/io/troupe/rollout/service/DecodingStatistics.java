package io.troupe.rollout.service;

/**
 * The state of a decoder after its last forward pass. Counts are since its start.
 *
 * @param numRunning completions in the batch
 * @param numWaiting requests that wait for a place in the batch
 * @param usedPages pages of the KV cache that requests use
 * @param numPages pages of the KV cache; 0 before the first request
 * @param prefixQueryTokens prompt tokens that were looked up in the prefix cache
 * @param prefixHitTokens prompt tokens that the prefix cache supplied
 * @param promptTokens prompt tokens that were computed
 * @param completionTokens tokens that were decoded
 * @param numPasses forward passes
 * @param lastPassNanos {@link System#nanoTime} at the end of the last pass
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
    long numPasses,
    long lastPassNanos) {}
