package io.troupe.protocols.config;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys of {@link GenerationConfig}. */
final class GenerationKeys {
  final Key<Integer> maxNewTokens;
  final Key<Integer> minNewTokens;
  final Key<Boolean> doSample;
  final Key<Double> temperature;
  final Key<Integer> topK;
  final Key<Double> topP;
  final Key<Double> minP;
  final Key<Double> repetitionPenalty;
  final Key<Double> presencePenalty;
  final Key<Double> frequencyPenalty;
  final Key<Map<Integer, Double>> logitBias;
  final Key<Integer> numBeams;
  final Key<Double> lengthPenalty;
  final Key<EarlyStopping> earlyStopping;
  final Key<Integer> numReturnSequences;
  final Key<List<Integer>> eosTokenIds;
  final Key<List<Integer>> stopTokenIds;
  final Key<List<String>> stopStrings;
  final Key<String> regex;
  final Key<String> jsonSchema;
  final Key<Boolean> jsonObject;
  final Key<Long> seed;

  /** Declares the keys in a section. */
  GenerationKeys(Section section) {
    maxNewTokens =
        section.add(
            "max-new-tokens",
            ValueType.INT,
            20,
            Range.atLeast(1),
            "Maximum number of new tokens per completion.");
    minNewTokens =
        section.add(
            "min-new-tokens",
            ValueType.INT,
            0,
            Range.atLeast(0),
            "Number of new tokens before which no end-of-text or stop token is selected.");
    doSample =
        section.add(
            "do-sample", ValueType.BOOLEAN, false, "Sample tokens instead of decoding greedily.");
    temperature =
        section.add(
            "temperature",
            ValueType.DOUBLE,
            1.0,
            Range.<Double>above(0).advise("for greedy decoding use --no-do-sample"),
            "Divides the logits before sampling.");
    topK = SamplingKeys.topK(section, 50);
    topP = SamplingKeys.topP(section);
    minP = SamplingKeys.minP(section);
    repetitionPenalty = SamplingKeys.repetitionPenalty(section);
    presencePenalty =
        section.add(
            "presence-penalty",
            ValueType.DOUBLE,
            0.0,
            Range.between(-2, 2),
            "Subtracted from the logits of tokens that the completion contains.");
    frequencyPenalty =
        section.add(
            "frequency-penalty",
            ValueType.DOUBLE,
            0.0,
            Range.between(-2, 2),
            "Subtracted from the logit of a token once for each time the completion contains it.");
    logitBias =
        section.add(
            "logit-bias",
            ValueType.TOKEN_BIASES,
            Map.of(),
            new Range<>(
                biases ->
                    biases.entrySet().stream()
                        .allMatch(b -> b.getKey() >= 0 && Math.abs(b.getValue()) <= 100),
                "token ids >= 0 with values in [-100, 100]",
                ""),
            "Value added to the logit of a token, such as 15=-2.5. Repeatable.");
    numBeams =
        section.add(
            "num-beams", ValueType.INT, 1, Range.atLeast(1), "Number of beams. 1: no beam search.");
    lengthPenalty =
        section.add(
            "length-penalty",
            ValueType.DOUBLE,
            1.0,
            Range.finite(),
            "Exponent of the length that divides a beam's score. Above 0 it favors long"
                + " sequences.");
    earlyStopping =
        section.add(
            "early-stopping",
            ValueType.choice(EarlyStopping.BY_NAME),
            EarlyStopping.FALSE,
            "When beam search stops: true as soon as there are num-beams finished sequences, false"
                + " when a better one is unlikely, never when no better one is possible.");
    numReturnSequences =
        section.add(
            "num-return-sequences",
            ValueType.INT,
            1,
            Range.atLeast(1),
            "Number of completions per prompt. With beam search at most num-beams.");
    eosTokenIds =
        section.add(
            "eos-token-id",
            ValueType.TOKEN_IDS,
            List.of(),
            Range.ofEach(Range.atLeast(0)),
            "Token that ends a completion, instead of the model's own. Repeatable.");
    stopTokenIds =
        section.add(
            "stop-token-ids",
            ValueType.TOKEN_IDS,
            List.of(),
            Range.ofEach(Range.atLeast(0)),
            "Token that ends a completion, in addition to the end-of-text tokens. Repeatable.");
    stopStrings =
        section.add(
            "stop-strings",
            ValueType.TEXTS,
            List.of(),
            new Range<>(texts -> texts.stream().noneMatch(String::isEmpty), "non-empty texts", ""),
            "Text that ends a completion and is excluded from it. Repeatable.");
    regex =
        section.add(
            "regex",
            ValueType.TEXT,
            "",
            "Regular expression that the whole completion matches. Empty: any text.");
    jsonSchema =
        section.add(
            "json-schema",
            ValueType.TEXT,
            "",
            "JSON schema of the completion, or the path of a file with it. Empty: any text.");
    jsonObject =
        section.add(
            "json-object",
            ValueType.BOOLEAN,
            false,
            "Generate a completion that is a JSON object.");
    seed = section.add("seed", ValueType.LONG, 0L, "Seed of the random draws.");
  }

  /** Reads the keys; a missing one has transformers' default. */
  GenerationConfig read(Config config) {
    return new GenerationConfig(
        maxNewTokens.read(config),
        minNewTokens.read(config),
        doSample.read(config),
        temperature.read(config),
        topK.read(config),
        topP.read(config),
        minP.read(config),
        repetitionPenalty.read(config),
        presencePenalty.read(config),
        frequencyPenalty.read(config),
        logitBias.read(config),
        numBeams.read(config),
        lengthPenalty.read(config),
        earlyStopping.read(config),
        numReturnSequences.read(config),
        config.hasPath(eosTokenIds.name())
            ? Optional.of(Set.copyOf(eosTokenIds.read(config)))
            : Optional.empty(),
        Set.copyOf(stopTokenIds.read(config)),
        stopStrings.read(config),
        constraint(config),
        seed.read(config));
  }

  private OutputConstraint constraint(Config config) {
    String pattern = regex.read(config);
    String schema = jsonSchema.read(config);
    boolean isObject = jsonObject.read(config);
    regex.require(
        pattern.isEmpty() || (schema.isEmpty() && !isObject),
        pattern,
        "given without json-schema and json-object",
        "");
    jsonSchema.require(schema.isEmpty() || !isObject, schema, "given without json-object", "");
    if (!pattern.isEmpty()) {
      return new OutputConstraint.Regex(pattern);
    }
    if (!schema.isEmpty()) {
      return new OutputConstraint.JsonSchema(schema);
    }
    return isObject ? new OutputConstraint.JsonObject() : OutputConstraint.NONE;
  }
}
