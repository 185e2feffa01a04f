package io.troupe.deploy.bench.serve;

/**
 * A request for one completion.
 *
 * @param index position in the load, from 0
 * @param promptIds token ids of the prompt; owned by this request, do not change
 * @param maxTokens maximum number of new tokens
 * @param temperature 0: greedy
 * @param seed of sampling
 * @param ignoreEos whether end-of-text tokens do not end the completion
 */
record LoadRequest(
    int index, int[] promptIds, int maxTokens, double temperature, long seed, boolean ignoreEos) {}
