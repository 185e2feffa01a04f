package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * How completions are generated: the names and defaults of transformers' {@code GenerationConfig}.
 *
 * <p>Logits are processed in vLLM's order: constraint, minimum length, logit bias, repetition,
 * frequency and presence penalty; then in transformers' order: temperature, top-k, top-p, min-p.
 * Difference: {@code do-sample} and {@code num-beams} above 1 exclude each other (there is no beam
 * sampling).
 *
 * @param maxNewTokens maximum number of new tokens, at least 1; the model's context may end a
 *     completion earlier
 * @param minNewTokens number of new tokens before which no end-of-text or stop token is selected,
 *     at least 0
 * @param doSample whether tokens are sampled; otherwise decoding is greedy
 * @param temperature divides the logits, above 0
 * @param topK number of most likely tokens to sample from; 0 for all
 * @param topP sample from the smallest set of most likely tokens whose probability is at least p,
 *     in (0, 1]; 1 for all
 * @param minP sample from tokens whose probability is at least this fraction of the highest, in [0,
 *     1]; 0 for all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that have
 *     occurred (arXiv:1909.05858), above 0; 1 for no effect
 * @param presencePenalty subtracted from the logits of tokens that the completion contains, in [-2,
 *     2]; 0 for no effect
 * @param frequencyPenalty subtracted from the logit of a token once for each time the completion
 *     contains it, in [-2, 2]; 0 for no effect
 * @param logitBias added to the logits of tokens, each in [-100, 100]; in the order of the token
 *     ids
 * @param numBeams number of beams, at least 1; 1 for no beam search
 * @param lengthPenalty exponent of the length that divides a beam's score; above 0 favors long
 *     sequences
 * @param earlyStopping when beam search stops
 * @param numReturnSequences completions per prompt, at least 1; with beam search at most {@code
 *     numBeams}
 * @param eosTokenIds tokens that end a completion; absent for the model's own, present and empty
 *     for none
 * @param stopTokenIds further tokens that end a completion, as vLLM's {@code stop_token_ids}
 * @param stopStrings texts that end a completion and are excluded from it; none empty
 * @param constraint the texts that a completion may have
 * @param seed of the random draws
 */
public record GenerationConfig(
    int maxNewTokens,
    int minNewTokens,
    boolean doSample,
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias,
    int numBeams,
    double lengthPenalty,
    EarlyStopping earlyStopping,
    int numReturnSequences,
    Optional<Set<Integer>> eosTokenIds,
    Set<Integer> stopTokenIds,
    List<String> stopStrings,
    OutputConstraint constraint,
    long seed) {

  /** Every key, with transformers' defaults. */
  public static final Section SECTION =
      Section.of("generation", "Generation settings, with transformers' names and defaults.");

  private static final GenerationKeys KEYS = new GenerationKeys(SECTION);

  /** Greedy decoding of 20 tokens with transformers' values for everything else. */
  public static final GenerationConfig DEFAULTS = from(ConfigFactory.empty());

  /** Checks every setting. */
  public GenerationConfig {
    Objects.requireNonNull(earlyStopping, "earlyStopping");
    Objects.requireNonNull(constraint, "constraint");
    eosTokenIds = eosTokenIds.map(Set::copyOf);
    stopTokenIds = Set.copyOf(stopTokenIds);
    logitBias = Collections.unmodifiableMap(new TreeMap<>(logitBias));
    stopStrings = KEYS.stopStrings.check(List.copyOf(stopStrings));
    KEYS.maxNewTokens.check(maxNewTokens);
    KEYS.minNewTokens.check(minNewTokens);
    KEYS.minNewTokens.require(
        minNewTokens <= maxNewTokens, minNewTokens, "<= max-new-tokens=" + maxNewTokens, "");
    KEYS.temperature.check(temperature);
    KEYS.topK.check(topK);
    KEYS.topP.check(topP);
    KEYS.minP.check(minP);
    KEYS.repetitionPenalty.check(repetitionPenalty);
    KEYS.presencePenalty.check(presencePenalty);
    KEYS.frequencyPenalty.check(frequencyPenalty);
    KEYS.logitBias.check(logitBias);
    KEYS.lengthPenalty.check(lengthPenalty);
    KEYS.numBeams.check(numBeams);
    KEYS.numBeams.require(
        numBeams == 1 || !doSample,
        numBeams,
        "1 with do-sample=true",
        "there is no beam sampling: set do-sample=false or num-beams=1");
    KEYS.numReturnSequences.check(numReturnSequences);
    KEYS.numReturnSequences.require(
        numBeams == 1 || numReturnSequences <= numBeams,
        numReturnSequences,
        "<= num-beams=" + numBeams,
        "");
    KEYS.stopTokenIds.check(List.copyOf(stopTokenIds));
    eosTokenIds.ifPresent(ids -> KEYS.eosTokenIds.check(List.copyOf(ids)));
  }

  /**
   * Reads the settings under their names in kebab case ({@code max-new-tokens}, {@code top-p},
   * ...); a missing key has the value of {@link #DEFAULTS}.
   *
   * @throws IllegalArgumentException if a value has the wrong type or is out of range
   */
  public static GenerationConfig from(Config config) {
    return KEYS.read(config);
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
    return change(draft -> draft.maxNewTokens = newMaxNewTokens);
  }

  /** These settings with another minimum length. */
  public GenerationConfig withMinNewTokens(int newMinNewTokens) {
    return change(draft -> draft.minNewTokens = newMinNewTokens);
  }

  /** These settings with sampling. */
  public GenerationConfig withSampling(
      double newTemperature, int newTopK, double newTopP, double newMinP) {
    return change(
        draft -> {
          draft.doSample = true;
          draft.temperature = newTemperature;
          draft.topK = newTopK;
          draft.topP = newTopP;
          draft.minP = newMinP;
        });
  }

  /** These settings with another repetition penalty. */
  public GenerationConfig withRepetitionPenalty(double newRepetitionPenalty) {
    return change(draft -> draft.repetitionPenalty = newRepetitionPenalty);
  }

  /** These settings with another presence penalty. */
  public GenerationConfig withPresencePenalty(double newPresencePenalty) {
    return change(draft -> draft.presencePenalty = newPresencePenalty);
  }

  /** These settings with another frequency penalty. */
  public GenerationConfig withFrequencyPenalty(double newFrequencyPenalty) {
    return change(draft -> draft.frequencyPenalty = newFrequencyPenalty);
  }

  /** These settings with other values that are added to logits. */
  public GenerationConfig withLogitBias(Map<Integer, Double> newLogitBias) {
    return change(draft -> draft.logitBias = newLogitBias);
  }

  /** These settings with beam search. */
  public GenerationConfig withBeams(
      int newNumBeams, double newLengthPenalty, EarlyStopping newEarlyStopping) {
    return change(
        draft -> {
          draft.numBeams = newNumBeams;
          draft.lengthPenalty = newLengthPenalty;
          draft.earlyStopping = newEarlyStopping;
        });
  }

  /** These settings with another number of completions per prompt. */
  public GenerationConfig withNumReturnSequences(int newNumReturnSequences) {
    return change(draft -> draft.numReturnSequences = newNumReturnSequences);
  }

  /** These settings with other tokens that end a completion; an empty set for none. */
  public GenerationConfig withEosTokenIds(Set<Integer> newEosTokenIds) {
    return change(draft -> draft.eosTokenIds = Optional.of(newEosTokenIds));
  }

  /** These settings with other tokens that end a completion beside the end-of-text tokens. */
  public GenerationConfig withStopTokenIds(Set<Integer> newStopTokenIds) {
    return change(draft -> draft.stopTokenIds = newStopTokenIds);
  }

  /** These settings with other stop strings. */
  public GenerationConfig withStopStrings(List<String> newStopStrings) {
    return change(draft -> draft.stopStrings = newStopStrings);
  }

  /** These settings with another constraint on the text. */
  public GenerationConfig withConstraint(OutputConstraint newConstraint) {
    return change(draft -> draft.constraint = newConstraint);
  }

  /** These settings with another seed. */
  public GenerationConfig withSeed(long newSeed) {
    return change(draft -> draft.seed = newSeed);
  }

  private GenerationConfig change(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.build();
  }

  /** The components while some of them change. */
  private static final class Draft {
    private int maxNewTokens;
    private int minNewTokens;
    private boolean doSample;
    private double temperature;
    private int topK;
    private double topP;
    private double minP;
    private double repetitionPenalty;
    private double presencePenalty;
    private double frequencyPenalty;
    private Map<Integer, Double> logitBias;
    private int numBeams;
    private double lengthPenalty;
    private EarlyStopping earlyStopping;
    private int numReturnSequences;
    private Optional<Set<Integer>> eosTokenIds;
    private Set<Integer> stopTokenIds;
    private List<String> stopStrings;
    private OutputConstraint constraint;
    private long seed;

    Draft(GenerationConfig config) {
      maxNewTokens = config.maxNewTokens;
      minNewTokens = config.minNewTokens;
      doSample = config.doSample;
      temperature = config.temperature;
      topK = config.topK;
      topP = config.topP;
      minP = config.minP;
      repetitionPenalty = config.repetitionPenalty;
      presencePenalty = config.presencePenalty;
      frequencyPenalty = config.frequencyPenalty;
      logitBias = config.logitBias;
      numBeams = config.numBeams;
      lengthPenalty = config.lengthPenalty;
      earlyStopping = config.earlyStopping;
      numReturnSequences = config.numReturnSequences;
      eosTokenIds = config.eosTokenIds;
      stopTokenIds = config.stopTokenIds;
      stopStrings = config.stopStrings;
      constraint = config.constraint;
      seed = config.seed;
    }

    GenerationConfig build() {
      return new GenerationConfig(
          maxNewTokens,
          minNewTokens,
          doSample,
          temperature,
          topK,
          topP,
          minP,
          repetitionPenalty,
          presencePenalty,
          frequencyPenalty,
          logitBias,
          numBeams,
          lengthPenalty,
          earlyStopping,
          numReturnSequences,
          eosTokenIds,
          stopTokenIds,
          stopStrings,
          constraint,
          seed);
    }
  }
}
