package io.troupe.deploy.bench.serve;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A load.
 *
 * @param numPrompts number of requests that are measured
 * @param numWarmups number of requests before them, at full load, that are not
 * @param requestRate mean arrivals per second; infinite: all arrive at once
 * @param maxConcurrency maximum number of requests in flight
 * @param inputLen tokens of a prompt after the shared prefix
 * @param prefixLen first tokens that all prompts share
 * @param outputLen maximum number of tokens of a completion
 * @param temperature of sampling; 0: greedy
 * @param ignoreEos whether end-of-text tokens do not end a completion
 * @param seed of arrivals, prompts and sampling
 */
public record LoadSettings(
    int numPrompts,
    int numWarmups,
    double requestRate,
    int maxConcurrency,
    int inputLen,
    int prefixLen,
    int outputLen,
    double temperature,
    boolean ignoreEos,
    long seed) {
  /** Upper limit of {@link #maxConcurrency}, which bounds threads and connections. */
  public static final int MAX_CONCURRENCY = 10_000;

  /** Upper limit of the tokens of a prompt and of a completion. */
  public static final int MAX_LEN = 1_000_000;

  /** Upper limit of the tokens of all completions, whose arrival times are kept. */
  public static final long MAX_OUTPUT_TOKENS = 100_000_000;

  /** Checks the ranges. */
  public LoadSettings {
    require(numPrompts >= 1, "--num-prompts", "1 or more", numPrompts);
    require(numWarmups >= 0, "--num-warmups", "0 or more", numWarmups);
    require(requestRate > 0, "--request-rate", "> 0, or inf", requestRate);
    require(
        maxConcurrency >= 1 && maxConcurrency <= MAX_CONCURRENCY,
        "--max-concurrency",
        "from 1 to " + MAX_CONCURRENCY,
        maxConcurrency);
    requireLen("--random-input-len", 1, inputLen);
    requireLen("--random-prefix-len", 0, prefixLen);
    requireLen("--random-output-len", 1, outputLen);
    require(
        ((long) numPrompts + numWarmups) * outputLen <= MAX_OUTPUT_TOKENS,
        "--num-prompts and --num-warmups times --random-output-len",
        "at most " + MAX_OUTPUT_TOKENS,
        ((long) numPrompts + numWarmups) * outputLen);
    require(temperature >= 0 && temperature < 100, "--temperature", "0 or more", temperature);
  }

  private static void requireLen(String option, int min, int length) {
    require(length >= min && length <= MAX_LEN, option, "from " + min + " to " + MAX_LEN, length);
  }

  private static void require(boolean holds, String option, String expected, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(option + " must be " + expected + ", got " + value);
    }
  }

  /** The request with an index. */
  LoadRequest request(int index, RandomPrompts prompts) {
    return new LoadRequest(
        index, prompts.ids(index), outputLen, temperature, seed + index, ignoreEos);
  }

  /** The random prompts of this load. */
  RandomPrompts prompts(int vocabSize) {
    return new RandomPrompts(inputLen, prefixLen, vocabSize, seed);
  }

  /** The settings under the names of {@code vllm bench serve}. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("num_prompts", numPrompts);
    map.put("num_warmups", numWarmups);
    map.put("request_rate", Double.isInfinite(requestRate) ? "inf" : requestRate);
    map.put("max_concurrency", maxConcurrency);
    map.put("random_input_len", inputLen);
    map.put("random_prefix_len", prefixLen);
    map.put("random_output_len", outputLen);
    map.put("temperature", temperature);
    map.put("ignore_eos", ignoreEos);
    map.put("seed", seed);
    return map;
  }
}
