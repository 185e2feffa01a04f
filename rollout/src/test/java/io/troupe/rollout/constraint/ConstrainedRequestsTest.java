package io.troupe.rollout.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.troupe.nn.SharedData;
import io.troupe.nn.llama.LlamaConfig;
import io.troupe.nn.llama.LlamaModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.engine.DecodingEngine;
import io.troupe.rollout.engine.DecodingLimits;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Completions of models with random weights, sampled at high temperature. Whole texts are valid; a
 * text that the length limit cuts off is the start of a valid one.
 */
class ConstrainedRequestsTest {
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");
  private static final int NUM_SAMPLES = 24;
  private static final String PERSON =
      """
      {"type": "object",
       "properties": {"name": {"type": "string", "maxLength": 9},
                      "age": {"type": "integer", "minimum": 0, "maximum": 130},
                      "friends": {"type": "array", "items": {"$ref": "#"}, "maxItems": 2}},
       "required": ["age"], "additionalProperties": false}\
      """;

  /** A constraint and an independent check. */
  private record Case(OutputConstraint constraint, Predicate<String> isValid) {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String pattern :
        List.of("(\\d{1,3}\\.){3}\\d{1,3}", "[A-Z][a-z ]{0,30}[.!]", "(yes|no)+", "[^a-z]{3,40}")) {
      cases.add(
          new Case(
              new OutputConstraint.Regex(pattern), Pattern.compile(pattern).asMatchPredicate()));
    }
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    for (String schema : List.of(PERSON, "{\"enum\":[\"red\",7,null,[true]]}")) {
      cases.add(new Case(new OutputConstraint.JsonSchema(schema), validator(registry, schema)));
    }
    cases.add(
        new Case(new OutputConstraint.JsonObject(), validator(registry, "{\"type\":\"object\"}")));
    return cases;
  }

  private static Predicate<String> validator(SchemaRegistry registry, String text) {
    Schema schema = registry.getSchema(text, InputFormat.JSON);
    return json -> schema.validate(json, InputFormat.JSON).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte", "byte_level", "byte_fallback"})
  void completionsAreValid(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(TOKENIZERS.resolve(name))) {
      requireValid(tokenizer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-tokenizer", "stories260K"})
  void completionsInAPublishedVocabularyAreValid(String name) {
    try (Tokenizer tokenizer = AutoTokenizer.load(SharedData.require(name))) {
      requireValid(tokenizer);
    }
  }

  private static void requireValid(Tokenizer tokenizer) {
    LlamaConfig config =
        LlamaConfig.builder()
            .vocabSize(tokenizer.vocabSize() + 3)
            .hiddenSize(16)
            .intermediateSize(32)
            .numHiddenLayers(1)
            .numAttentionHeads(2)
            .maxPositionEmbeddings(128)
            .bosTokenId(OptionalInt.empty())
            .eosTokenIds(Set.of())
            .build();
    int numWhole = 0;
    try (Engine compute = Engine.of(CpuBackend.create(1));
        LlamaModel model = LlamaModel.random(config, compute, 5)) {
      model.eval();
      try (DecodingEngine engine =
          new DecodingEngine(model, tokenizer, new DecodingLimits(32, 16 * 600, 512))) {
        for (Case each : cases()) {
          numWhole += requireValid(each, engine, tokenizer);
        }
      }
    }
    assertThat(numWhole).isGreaterThan(40);
  }

  /** Returns the number of completions that ended before the length limit. */
  private static int requireValid(Case each, DecodingEngine engine, Tokenizer tokenizer) {
    int numWhole = 0;
    int[] prompt = tokenizer.encode("a");
    RandomTokens tokens = new RandomTokens(tokenizer);
    for (GenerationConfig settings :
        List.of(GenerationConfig.sampling(60, 4), GenerationConfig.greedy(30))) {
      for (Completion completion : decode(engine, prompt, each.constraint, settings)) {
        boolean isCut = completion.finishReason() instanceof FinishReason.LengthLimit;
        String text =
            isCut
                ? tokens.complete(each.constraint, prompt, completion.tokenIds())
                : completion.text();
        assertThat(each.isValid.test(text))
            .as("%s for %s (%s)", text, each.constraint, completion.finishReason())
            .isTrue();
        assertThat(text).startsWith(completion.text().replaceAll("\ufffd+$", ""));
        numWhole += isCut ? 0 : 1;
      }
    }
    return numWhole;
  }

  private static List<Completion> decode(
      DecodingEngine engine, int[] prompt, OutputConstraint constraint, GenerationConfig settings) {
    int count = settings.doSample() ? NUM_SAMPLES : 1;
    GroupSpec group = new GroupSpec(1, ReferenceDecoding.prompt(1, prompt), count, 13);
    List<Completion> completions = new ArrayList<>();
    engine.submit(
        group,
        settings.withConstraint(constraint),
        result -> completions.addAll(result.completions()));
    while (engine.step()) {
      assertThat(engine.numRunning()).isLessThanOrEqualTo(NUM_SAMPLES);
    }
    assertThat(completions).hasSize(count);
    return completions;
  }
}
