package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How completions are generated: the names and defaults of transformers' {@code GenerationConfig}.
 *
 * <p>The order of what acts on the logits is transformers' too: repetition penalty, temperature,
 * top-k, top-p, min-p. Differences: {@code do-sample} and {@code num-beams} above 1 exclude each
 * other (there is no beam sampling).
 *
 * @param maxNewTokens the longest completion in tokens, at least 1; the model's context may end it
 *     earlier
 * @param doSample whether tokens are drawn; otherwise the likeliest is taken
 * @param temperature divides the logits, above 0
 * @param topK keeps the k likeliest tokens; 0 keeps all
 * @param topP keeps the fewest tokens whose probability is at least p, in (0, 1]; 1 keeps all
 * @param minP keeps tokens at least this fraction as likely as the likeliest, in [0, 1]; 0 keeps
 *     all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that have
 *     occurred (arXiv:1909.05858), above 0; 1 changes nothing
 * @param numBeams beams of the search, at least 1; 1 is no beam search
 * @param lengthPenalty the exponent of the length that divides a beam's score; above 0 favours long
 *     ones
 * @param earlyStopping when beam search stops
 * @param numReturnSequences completions for each prompt, at least 1; with beams at most {@code
 *     numBeams}
 * @param eosTokenIds tokens that end a completion; absent for the model's own, present and empty
 *     for none
 * @param stopStrings texts that end a completion, itself left out of the text; none empty
 * @param seed of the random draws
 */
public record GenerationConfig(
    int maxNewTokens,
    boolean doSample,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    int numBeams,
    double lengthPenalty,
    EarlyStopping earlyStopping,
    int numReturnSequences,
    Optional<Set<Integer>> eosTokenIds,
    List<String> stopStrings,
    long seed) {

  /** Greedy decoding of 20 tokens with transformers' values for everything else. */
  public static final GenerationConfig DEFAULTS =
      new GenerationConfig(
          20, false, 1, 50, 1, 0, 1, 1, 1, EarlyStopping.FALSE, 1, Optional.empty(), List.of(), 0);

  /** Checks every setting. */
  public GenerationConfig {
    Objects.requireNonNull(earlyStopping, "earlyStopping");
    eosTokenIds = eosTokenIds.map(Set::copyOf);
    stopStrings = List.copyOf(stopStrings);
    Settings.require(maxNewTokens >= 1, "max-new-tokens", maxNewTokens, "wants 1 or more");
    Settings.require(
        Settings.isPositive(temperature),
        "temperature",
        temperature,
        "wants a number above 0 (do-sample=false takes the likeliest token)");
    Settings.require(topK >= 0, "top-k", topK, "wants 0 (all tokens) or more");
    Settings.require(topP > 0 && topP <= 1, "top-p", topP, "wants (0, 1]; 1 keeps all tokens");
    Settings.require(minP >= 0 && minP <= 1, "min-p", minP, "wants [0, 1]; 0 keeps all tokens");
    Settings.require(
        Settings.isPositive(repetitionPenalty),
        "repetition-penalty",
        repetitionPenalty,
        "wants a number above 0; 1 changes nothing");
    Settings.require(
        Double.isFinite(lengthPenalty), "length-penalty", lengthPenalty, "wants a finite number");
    requireSequences(numBeams, numReturnSequences, doSample);
    Settings.require(
        eosTokenIds.stream().flatMap(Set::stream).allMatch(id -> id >= 0),
        "eos-token-ids",
        eosTokenIds.orElse(Set.of()),
        "wants ids of tokens, 0 or more");
    Settings.require(
        stopStrings.stream().noneMatch(String::isEmpty),
        "stop-strings",
        stopStrings,
        "an empty text would stop at once");
  }

  private static void requireSequences(int numBeams, int numReturnSequences, boolean doSample) {
    Settings.require(numBeams >= 1, "num-beams", numBeams, "wants 1 or more");
    Settings.require(
        numBeams == 1 || !doSample,
        "num-beams",
        numBeams,
        "beam search does not draw: set do-sample=false, or num-beams=1");
    Settings.require(
        numReturnSequences >= 1 && (numBeams == 1 || numReturnSequences <= numBeams),
        "num-return-sequences",
        numReturnSequences,
        "wants 1 or more, and at most num-beams when there are beams");
  }

  /**
   * Reads the settings under their names in kebab case ({@code max-new-tokens}, {@code top-p},
   * ...); what is missing keeps the value of {@link #DEFAULTS}.
   *
   * @throws IllegalArgumentException if a value is of the wrong type or out of range
   */
  public static GenerationConfig from(Config config) {
    Settings settings = new Settings(config);
    GenerationConfig d = DEFAULTS;
    return new GenerationConfig(
        settings.count("max-new-tokens", d.maxNewTokens),
        settings.flag("do-sample", d.doSample),
        settings.number("temperature", d.temperature),
        settings.count("top-k", d.topK),
        settings.number("top-p", d.topP),
        settings.number("min-p", d.minP),
        settings.number("repetition-penalty", d.repetitionPenalty),
        settings.count("num-beams", d.numBeams),
        settings.number("length-penalty", d.lengthPenalty),
        EarlyStopping.parse(settings.text("early-stopping", "false")),
        settings.count("num-return-sequences", d.numReturnSequences),
        settings.integers("eos-token-ids").map(Set::copyOf),
        settings.texts("stop-strings").orElse(d.stopStrings),
        settings.wide("seed", d.seed));
  }

  /** Greedy decoding of at most so many tokens. */
  public static GenerationConfig greedy(int maxNewTokens) {
    return DEFAULTS.withMaxNewTokens(maxNewTokens);
  }

  /** Sampling from the whole vocabulary, as in on-policy training. */
  public static GenerationConfig sampling(int maxNewTokens, double temperature) {
    return DEFAULTS.withMaxNewTokens(maxNewTokens).withSampling(temperature, 0, 1, 0);
  }

  /** Beam search with transformers' length penalty and stopping. */
  public static GenerationConfig beams(int maxNewTokens, int numBeams) {
    return DEFAULTS.withMaxNewTokens(maxNewTokens).withBeams(numBeams, 1, EarlyStopping.FALSE);
  }

  /** These settings with another length limit. */
  public GenerationConfig withMaxNewTokens(int newMaxNewTokens) {
    return new GenerationConfig(
        newMaxNewTokens,
        doSample,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        numBeams,
        lengthPenalty,
        earlyStopping,
        numReturnSequences,
        eosTokenIds,
        stopStrings,
        seed);
  }

  /** These settings, but drawing tokens. */
  public GenerationConfig withSampling(
      double newTemperature, int newTopK, double newTopP, double newMinP) {
    return new GenerationConfig(
        maxNewTokens,
        true,
        newTemperature,
        newTopK,
        newTopP,
        newMinP,
        repetitionPenalty,
        numBeams,
        lengthPenalty,
        earlyStopping,
        numReturnSequences,
        eosTokenIds,
        stopStrings,
        seed);
  }

  /** These settings with another repetition penalty. */
  public GenerationConfig withRepetitionPenalty(double newRepetitionPenalty) {
    return new GenerationConfig(
        maxNewTokens,
        doSample,
        temperature,
        topK,
        topP,
        minP,
        newRepetitionPenalty,
        numBeams,
        lengthPenalty,
        earlyStopping,
        numReturnSequences,
        eosTokenIds,
        stopStrings,
        seed);
  }

  /** These settings with beam search. */
  public GenerationConfig withBeams(
      int newNumBeams, double newLengthPenalty, EarlyStopping newEarlyStopping) {
    return new GenerationConfig(
        maxNewTokens,
        doSample,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        newNumBeams,
        newLengthPenalty,
        newEarlyStopping,
        numReturnSequences,
        eosTokenIds,
        stopStrings,
        seed);
  }

  /** These settings with another number of completions for each prompt. */
  public GenerationConfig withNumReturnSequences(int newNumReturnSequences) {
    return new GenerationConfig(
        maxNewTokens,
        doSample,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        numBeams,
        lengthPenalty,
        earlyStopping,
        newNumReturnSequences,
        eosTokenIds,
        stopStrings,
        seed);
  }

  /** These settings with other ends of text; an empty set for none. */
  public GenerationConfig withEosTokenIds(Set<Integer> newEosTokenIds) {
    return new GenerationConfig(
        maxNewTokens,
        doSample,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        numBeams,
        lengthPenalty,
        earlyStopping,
        numReturnSequences,
        Optional.of(newEosTokenIds),
        stopStrings,
        seed);
  }

  /** These settings with other stop strings. */
  public GenerationConfig withStopStrings(List<String> newStopStrings) {
    return new GenerationConfig(
        maxNewTokens,
        doSample,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        numBeams,
        lengthPenalty,
        earlyStopping,
        numReturnSequences,
        eosTokenIds,
        newStopStrings,
        seed);
  }

  /** These settings with another seed. */
  public GenerationConfig withSeed(long newSeed) {
    return new GenerationConfig(
        maxNewTokens,
        doSample,
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        numBeams,
        lengthPenalty,
        earlyStopping,
        numReturnSequences,
        eosTokenIds,
        stopStrings,
        newSeed);
  }
}
