package io.troupe.protocols.config;

import java.util.List;
import java.util.Set;

/**
 * How the completions of a GRPO run are sampled, with the names and defaults of TRL's {@code
 * GRPOConfig}. The temperature is part of {@link GrpoConfig}, since training uses it too.
 *
 * <p>Everything here restricts the choice of tokens only. The log-probability of a token stays that
 * of the temperature-scaled policy over the whole vocabulary, in sampling and in training, as in
 * TRL.
 *
 * @param topP sample from the smallest set of most likely tokens whose probability is at least p,
 *     in (0, 1]; 1 for all
 * @param topK number of most likely tokens to sample from; 0 for all
 * @param minP sample from tokens whose probability is at least this fraction of the highest, in [0,
 *     1]; 0 for all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that have
 *     occurred, above 0; 1 for no effect
 * @param stopStrings texts that end a completion and are excluded from its text; none empty. The
 *     completion counts as terminated, not as truncated
 * @param ignoreEos whether completions continue after an end-of-text token, as vLLM's {@code
 *     ignore_eos}; for benchmarks, in which every completion has the same length
 */
public record SamplingConfig(
    double topP,
    int topK,
    double minP,
    double repetitionPenalty,
    List<String> stopStrings,
    boolean ignoreEos) {

  /** Checks every range. */
  public SamplingConfig {
    SamplingKeys keys = GrpoConfig.SAMPLING;
    stopStrings = keys.stopStrings.check(List.copyOf(stopStrings));
    keys.topP.check(topP);
    keys.topK.check(topK);
    keys.minP.check(minP);
    keys.repetitionPenalty.check(repetitionPenalty);
  }

  /** The settings of a decoder. */
  GenerationConfig generation(int maxCompletionLength, double temperature) {
    GenerationConfig generation =
        GenerationConfig.sampling(maxCompletionLength, temperature)
            .withSampling(temperature, topK, topP, minP)
            .withRepetitionPenalty(repetitionPenalty)
            .withStopStrings(stopStrings);
    return ignoreEos ? generation.withEosTokenIds(Set.of()) : generation;
  }
}
