package io.troupe.protocols.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How completions are generated: the names and defaults of transformers' {@code GenerationConfig}.
 *
 * <p>Logits are processed in transformers' order: repetition penalty, temperature, top-k, top-p,
 * min-p. Difference: {@code do-sample} and {@code num-beams} above 1 exclude each other (there is
 * no beam sampling).
 *
 * @param maxNewTokens maximum number of new tokens, at least 1; the model's context may end a
 *     completion earlier
 * @param doSample whether tokens are sampled; otherwise decoding is greedy
 * @param temperature divides the logits, above 0
 * @param topK number of most likely tokens to sample from; 0 for all
 * @param topP sample from the smallest set of most likely tokens whose probability is at least p,
 *     in (0, 1]; 1 for all
 * @param minP sample from tokens whose probability is at least this fraction of the highest, in [0,
 *     1]; 0 for all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that have
 *     occurred (arXiv:1909.05858), above 0; 1 for no effect
 * @param numBeams number of beams, at least 1; 1 for no beam search
 * @param lengthPenalty exponent of the length that divides a beam's score; above 0 favors long
 *     sequences
 * @param earlyStopping when beam search stops
 * @param numReturnSequences completions per prompt, at least 1; with beam search at most {@code
 *     numBeams}
 * @param eosTokenIds tokens that end a completion; absent for the model's own, present and empty
 *     for none
 * @param stopStrings texts that end a completion and are excluded from it; none empty
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

  /** Every key, with transformers' defaults. */
  public static final Section SECTION =
      Section.of("generation", "Generation settings, with transformers' names and defaults.");

  private static final Key<Integer> MAX_NEW_TOKENS =
      SECTION.add(
          "max-new-tokens",
          ValueType.INT,
          20,
          Range.atLeast(1),
          "Maximum number of new tokens per completion.");
  private static final Key<Boolean> DO_SAMPLE =
      SECTION.add(
          "do-sample", ValueType.BOOLEAN, false, "Sample tokens instead of decoding greedily.");
  private static final Key<Double> TEMPERATURE =
      SECTION.add(
          "temperature",
          ValueType.DOUBLE,
          1.0,
          Range.<Double>above(0).advise("for greedy decoding use --no-do-sample"),
          "Divides the logits before sampling.");
  private static final Key<Integer> TOP_K =
      SECTION.add(
          "top-k",
          ValueType.INT,
          50,
          Range.atLeast(0),
          "Sample from the k most likely tokens. 0: all tokens.");
  private static final Key<Double> TOP_P =
      SECTION.add(
          "top-p",
          ValueType.DOUBLE,
          1.0,
          new Range<>(p -> p > 0 && p <= 1, "in (0, 1]", ""),
          "Sample from the smallest set of most likely tokens with this total probability.");
  private static final Key<Double> MIN_P =
      SECTION.add(
          "min-p",
          ValueType.DOUBLE,
          0.0,
          Range.between(0, 1),
          "Sample from tokens with at least this fraction of the highest probability.");
  private static final Key<Double> REPETITION_PENALTY =
      SECTION.add(
          "repetition-penalty",
          ValueType.DOUBLE,
          1.0,
          Range.above(0),
          "Penalty on tokens that have occurred: they become less likely above 1.");
  private static final Key<Integer> NUM_BEAMS =
      SECTION.add(
          "num-beams", ValueType.INT, 1, Range.atLeast(1), "Number of beams. 1: no beam search.");
  private static final Key<Double> LENGTH_PENALTY =
      SECTION.add(
          "length-penalty",
          ValueType.DOUBLE,
          1.0,
          Range.finite(),
          "Exponent of the length that divides a beam's score. Above 0 it favors long sequences.");
  private static final Key<EarlyStopping> EARLY_STOPPING =
      SECTION.add(
          "early-stopping",
          ValueType.choice(EarlyStopping.BY_NAME),
          EarlyStopping.FALSE,
          "When beam search stops: true as soon as there are num-beams finished sequences, false"
              + " when a better one is unlikely, never when no better one is possible.");
  private static final Key<Integer> NUM_RETURN_SEQUENCES =
      SECTION.add(
          "num-return-sequences",
          ValueType.INT,
          1,
          Range.atLeast(1),
          "Number of completions per prompt. With beam search at most num-beams.");
  private static final Key<List<Integer>> EOS_TOKEN_IDS =
      SECTION.add(
          "eos-token-id",
          ValueType.TOKEN_IDS,
          List.of(),
          Range.ofEach(Range.atLeast(0)),
          "Token that ends a completion, instead of the model's own. Repeatable.");
  private static final Key<List<String>> STOP_STRINGS =
      SECTION.add(
          "stop-strings",
          ValueType.TEXTS,
          List.of(),
          new Range<>(texts -> texts.stream().noneMatch(String::isEmpty), "non-empty texts", ""),
          "Text that ends a completion and is excluded from it. Repeatable.");
  private static final Key<Long> SEED =
      SECTION.add("seed", ValueType.LONG, 0L, "Seed of the random draws.");

  /** Greedy decoding of 20 tokens with transformers' values for everything else. */
  public static final GenerationConfig DEFAULTS = from(ConfigFactory.empty());

  /** Checks every setting. */
  public GenerationConfig {
    Objects.requireNonNull(earlyStopping, "earlyStopping");
    eosTokenIds = eosTokenIds.map(Set::copyOf);
    stopStrings = STOP_STRINGS.check(List.copyOf(stopStrings));
    MAX_NEW_TOKENS.check(maxNewTokens);
    TEMPERATURE.check(temperature);
    TOP_K.check(topK);
    TOP_P.check(topP);
    MIN_P.check(minP);
    REPETITION_PENALTY.check(repetitionPenalty);
    LENGTH_PENALTY.check(lengthPenalty);
    NUM_BEAMS.check(numBeams);
    NUM_BEAMS.require(
        numBeams == 1 || !doSample,
        numBeams,
        "1 with do-sample=true",
        "there is no beam sampling: set do-sample=false or num-beams=1");
    NUM_RETURN_SEQUENCES.check(numReturnSequences);
    NUM_RETURN_SEQUENCES.require(
        numBeams == 1 || numReturnSequences <= numBeams,
        numReturnSequences,
        "<= num-beams=" + numBeams,
        "");
    eosTokenIds.ifPresent(ids -> EOS_TOKEN_IDS.check(List.copyOf(ids)));
  }

  /**
   * Reads the settings under their names in kebab case ({@code max-new-tokens}, {@code top-p},
   * ...); a missing key has the value of {@link #DEFAULTS}.
   *
   * @throws IllegalArgumentException if a value has the wrong type or is out of range
   */
  public static GenerationConfig from(Config config) {
    return new GenerationConfig(
        MAX_NEW_TOKENS.read(config),
        DO_SAMPLE.read(config),
        TEMPERATURE.read(config),
        TOP_K.read(config),
        TOP_P.read(config),
        MIN_P.read(config),
        REPETITION_PENALTY.read(config),
        NUM_BEAMS.read(config),
        LENGTH_PENALTY.read(config),
        EARLY_STOPPING.read(config),
        NUM_RETURN_SEQUENCES.read(config),
        config.hasPath(EOS_TOKEN_IDS.name())
            ? Optional.of(Set.copyOf(EOS_TOKEN_IDS.read(config)))
            : Optional.empty(),
        STOP_STRINGS.read(config),
        SEED.read(config));
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

  /** These settings with other stop strings. */
  public GenerationConfig withStopStrings(List<String> newStopStrings) {
    return change(draft -> draft.stopStrings = newStopStrings);
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
    private boolean doSample;
    private double temperature;
    private int topK;
    private double topP;
    private double minP;
    private double repetitionPenalty;
    private int numBeams;
    private double lengthPenalty;
    private EarlyStopping earlyStopping;
    private int numReturnSequences;
    private Optional<Set<Integer>> eosTokenIds;
    private List<String> stopStrings;
    private long seed;

    Draft(GenerationConfig config) {
      maxNewTokens = config.maxNewTokens;
      doSample = config.doSample;
      temperature = config.temperature;
      topK = config.topK;
      topP = config.topP;
      minP = config.minP;
      repetitionPenalty = config.repetitionPenalty;
      numBeams = config.numBeams;
      lengthPenalty = config.lengthPenalty;
      earlyStopping = config.earlyStopping;
      numReturnSequences = config.numReturnSequences;
      eosTokenIds = config.eosTokenIds;
      stopStrings = config.stopStrings;
      seed = config.seed;
    }

    GenerationConfig build() {
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
          seed);
    }
  }
}
