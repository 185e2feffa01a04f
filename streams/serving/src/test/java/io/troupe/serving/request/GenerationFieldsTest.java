package io.troupe.serving.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.config.OutputConstraint;
import io.troupe.protocols.config.ServingConfig;
import io.troupe.rollout.pretrained.PublishedSettings;
import io.troupe.rollout.tokenizer.SpecialTokenText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationFieldsTest {
  private static final ServingConfig CONFIG = ServingConfig.from(ConfigFactory.empty());

  private static JsonFields fields(String json) {
    return JsonFields.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private static GenerationFields read(String json) {
    return read(json, Optional.empty());
  }

  private static GenerationFields read(String json, Optional<String> ofModel) {
    JsonFields fields = fields(json);
    GenerationFields read =
        GenerationFields.read(
            fields, PublishedSettings.read(ofModel), OptionalInt.of(16), CONFIG.load());
    fields.requireNoOthers();
    return read;
  }

  @Test
  void everySettingIsRead() {
    GenerationFields read =
        read(
            """
            {"max_tokens": 7, "n": 3, "temperature": 0.5, "top_k": 4, "top_p": 0.9, "min_p": 0.1,
             "repetition_penalty": 1.2, "presence_penalty": 0.3, "frequency_penalty": -0.4,
             "logit_bias": {"5": 2.5, "7": -100}, "min_tokens": 2, "stop": ["a", "bc"],
             "stop_token_ids": [9], "ignore_eos": true, "seed": 42, "skip_special_tokens": false,
             "response_format": {"type": "json_object"}}
            """);
    GenerationConfig config = read.config();
    assertThat(config)
        .isEqualTo(
            GenerationConfig.DEFAULTS
                .withMaxNewTokens(7)
                .withNumReturnSequences(3)
                .withSampling(0.5, 4, 0.9, 0.1)
                .withRepetitionPenalty(1.2)
                .withPresencePenalty(0.3)
                .withFrequencyPenalty(-0.4)
                .withLogitBias(Map.of(5, 2.5, 7, -100.0))
                .withMinNewTokens(2)
                .withStopStrings(List.of("a", "bc"))
                .withStopTokenIds(Set.of(9))
                .withEosTokenIds(Set.of())
                .withConstraint(new OutputConstraint.JsonObject())
                .withSeed(42));
    assertThat(read.specialTokens()).isEqualTo(SpecialTokenText.VISIBLE);
    assertThat(read.scoresPrompt()).isFalse();
  }

  @Test
  void absentSettingsSampleFromTheWholeVocabulary() {
    GenerationConfig config = read("{\"stop\": null}").config();
    assertThat(config.withSeed(0))
        .isEqualTo(GenerationConfig.sampling(16, 1).withNumReturnSequences(1));
    assertThat(config.seed()).isNotEqualTo(read("{}").config().seed());
  }

  @Test
  void absentSettingsComeFromTheModel() {
    GenerationConfig config =
        read(
                "{\"top_p\": 0.5}",
                Optional.of("{\"temperature\": 0.7, \"top_k\": 20, \"top_p\": 0.9}"))
            .config();
    assertThat(config.temperature()).isEqualTo(0.7);
    assertThat(config.topK()).isEqualTo(20);
    assertThat(config.topP()).isEqualTo(0.5);
  }

  @Test
  void aModelMarkedAsGreedyDecodesGreedily() {
    Optional<String> greedy =
        Optional.of("{\"do_sample\": false, \"temperature\": 0.0, \"top_p\": 0.0, \"top_k\": -1}");
    assertThat(read("{}", greedy).config().doSample()).isFalse();
    GenerationConfig sampled = read("{\"temperature\": 0.5}", greedy).config();
    assertThat(sampled.withSeed(0)).isEqualTo(GenerationConfig.sampling(16, 0.5));
  }

  @Test
  void temperatureZeroIsGreedy() {
    assertThat(read("{\"temperature\": 0, \"top_p\": 0.3}").config().doSample()).isFalse();
  }

  @Test
  void zeroTokensScoreThePrompt() {
    assertThat(read("{\"max_tokens\": 0}").scoresPrompt()).isTrue();
  }

  @Test
  void beamSearchHasAsManyBeamsAsCompletions() {
    GenerationConfig config =
        read("{\"use_beam_search\": true, \"n\": 3, \"length_penalty\": 0.5}").config();
    assertThat(config.numBeams()).isEqualTo(3);
    assertThat(config.numReturnSequences()).isEqualTo(3);
    assertThat(config.lengthPenalty()).isEqualTo(0.5);
  }

  @Test
  void constraintsAreReadInEveryForm() {
    var schema = new OutputConstraint.JsonSchema("{\"type\":\"integer\"}");
    assertThat(
            List.of(
                read("{\"guided_json\": {\"type\": \"integer\"}}").config().constraint(),
                read("{\"structured_outputs\": {\"json\": {\"type\": \"integer\"}}}")
                    .config()
                    .constraint(),
                read("{\"response_format\": {\"type\": \"json_schema\", \"json_schema\":"
                        + " {\"name\": \"x\", \"strict\": true, \"schema\": {\"type\":"
                        + " \"integer\"}}}}")
                    .config()
                    .constraint()))
        .containsOnly(schema);
    assertThat(read("{\"guided_regex\": \"[0-9]+\"}").config().constraint())
        .isEqualTo(new OutputConstraint.Regex("[0-9]+"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"n": 0}                          | n               | n must be a whole number in [1, 128], got 0
          {"n": 1.5}                        | n               | n must be a whole number in [1, 128], got 1.5
          {"temperature": "hot"}            | temperature     | temperature must be a number, got "hot"
          {"temperature": -1}               | temperature     | temperature must be > 0, got -1
          {"top_p": 0}                      | top_p           | top_p must be in (0, 1], got 0
          {"min_tokens": 9, "max_tokens": 2}| min_tokens      | min_tokens must be <= max_tokens=2, got 9
          {"max_tokens": -1}                | max_tokens      | max_tokens must be a whole number in [0, 2147483647], got -1
          {"stop": [""]}                    | stop            | stop must be texts of 1 to 1024 characters, got 0
          {"logit_bias": {"x": 1}}          | logit_bias      | logit_bias must be an object with token ids as names, got x
          {"best_of": 4}                    | best_of         | best_of must be equal to n=1, got 4
          {"seed": 1e3}                     | seed            | seed must be a whole number below 2^63, got 1000.0
          {"suffix": "x"}                   | suffix          | suffix must be absent, this endpoint does not support it
          {"response_format": {"type": "x"}}| response_format.type | response_format.type must be text, json_object or json_schema, got x
          """)
  void valuesThatAreNotAcceptedAreNamed(String json, String field, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfSatisfying(
            InvalidFieldException.class,
            e -> {
              assertThat(e.field()).isEqualTo(field);
              assertThat(e).hasMessageStartingWith(message);
              assertThat(e).hasMessageNotContaining("--");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [1]
          {"a": 1
          {"a": 1} x
          {"a": 1, "a": 2}
          ''
          """)
  void bodiesThatAreNotOneObjectAreRefused(String json) {
    assertThatThrownBy(() -> fields(json))
        .isInstanceOfSatisfying(
            InvalidFieldException.class, e -> assertThat(e.field()).isEqualTo("body"));
  }

  @Test
  void deepBodiesAreRefused() {
    String deep = "{\"a\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
    assertThatThrownBy(() -> fields(deep)).isInstanceOf(InvalidFieldException.class);
  }
}
