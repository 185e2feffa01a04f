package io.troupe.rollout.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.ReferenceModel;
import io.troupe.protocols.config.EarlyStopping;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.FinishReason;
import io.troupe.protocols.sample.Prompt;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.sampling.ProcessingCases;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BeamSearchTest {

  private static GenerationConfig config(JsonNode beams) {
    JsonNode settings = beams.get("settings");
    Set<Integer> eos = new HashSet<>();
    settings.get("eos_token_id").forEach(id -> eos.add(id.asInt()));
    return GenerationConfig.greedy(beams.get("maxNewTokens").asInt())
        .withBeams(
            settings.get("num_beams").asInt(),
            settings.path("length_penalty").asDouble(1),
            EarlyStopping.BY_NAME.get(settings.path("early_stopping").asText("false")))
        .withNumReturnSequences(settings.get("num_return_sequences").asInt())
        .withRepetitionPenalty(settings.path("repetition_penalty").asDouble(1))
        .withEosTokenIds(eos);
  }

  private static List<Beam> search(
      ReferenceDecoding decoding, Prompt prompt, GenerationConfig config) {
    try (BeamSearch search =
        new BeamSearch(decoding.model(), decoding.tokenizer(), prompt, config, 1024)) {
      int numSteps = 1;
      while (search.step(0)) {
        assertThat(numSteps++).isLessThan(config.maxNewTokens());
      }
      return search.beams();
    }
  }

  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#names")
  void beamsAndScoresAreThoseOfTransformers(String name) {
    try (ReferenceDecoding decoding = new ReferenceDecoding(name, 2)) {
      for (JsonNode expected : ReferenceModel.named(name).expected().get("beams")) {
        int[] prompt = ReferenceModel.ints(expected.get("prompt"));
        List<Beam> beams = search(decoding, ReferenceDecoding.prompt(0, prompt), config(expected));
        JsonNode sequences = expected.get("sequences");
        assertThat(beams).hasSameSizeAs(sequences);
        for (int i = 0; i < beams.size(); i++) {
          assertThat(beams.get(i).completion().tokenIds())
              .as("beam %d of %s", i, expected.get("settings"))
              .isEqualTo(ReferenceModel.ints(sequences.get(i).get("ids")));
          float score = (float) sequences.get(i).get("score").asDouble();
          // Scores add up to 21 numbers in fp32, then multiply by up to 21.
          assertThat(beams.get(i).score())
              .isCloseTo(score, within(4e-6f * Math.max(1, Math.abs(score))));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-tied", "gpt2", "qwen2"})
  void minimumLengthAndBiasesAreThoseOfTransformers(String name) throws IOException {
    JsonNode models =
        new ObjectMapper().readTree(new File("src/test/resources/decoding/decoding.json"));
    for (JsonNode model : models) {
      if (!model.get("model").asText().equals(name)) {
        continue;
      }
      try (ReferenceDecoding decoding = new ReferenceDecoding(name, 2)) {
        for (JsonNode expected : model.get("beams")) {
          JsonNode settings = expected.get("settings");
          int numBeams = settings.get("num_beams").asInt();
          int[] ends = ReferenceModel.ints(settings.get("eos_token_id"));
          Set<Integer> stopTokens = new HashSet<>();
          Arrays.stream(ends).skip(1).forEach(stopTokens::add);
          GenerationConfig config =
              ProcessingCases.config(
                      GenerationConfig.beams(expected.get("new_tokens").asInt(), numBeams),
                      settings)
                  .withLogitBias(ProcessingCases.biases(settings.path("sequence_bias")))
                  .withNumReturnSequences(numBeams)
                  .withEosTokenIds(Set.of(ends[0]))
                  .withStopTokenIds(stopTokens); // transformers has one set
          int[] prompt = ReferenceModel.ints(expected.get("prompt"));
          List<Beam> beams = search(decoding, ReferenceDecoding.prompt(0, prompt), config);
          for (int i = 0; i < numBeams; i++) {
            JsonNode sequence = expected.get("sequences").get(i);
            assertThat(beams.get(i).completion().tokenIds())
                .as("beam %d of %s", i, settings)
                .isEqualTo(ReferenceModel.ints(sequence.get("ids")));
            float score = (float) sequence.get("score").asDouble();
            assertThat(beams.get(i).score())
                .isCloseTo(score, within(4e-6f * Math.max(1, Math.abs(score))));
          }
        }
      }
    }
  }

  @Test
  void aStopStringEndsABeamAndIsLeftOut() {
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 1)) {
      GenerationConfig free =
          GenerationConfig.beams(12, 3).withNumReturnSequences(3).withEosTokenIds(Set.of());
      Beam best = search(decoding, ReferenceDecoding.prompt(0, 1, 17, 4), free).getFirst();
      String text = best.completion().text();
      String stop = text.substring(2, 4);

      List<Beam> beams =
          search(
              decoding, ReferenceDecoding.prompt(0, 1, 17, 4), free.withStopStrings(List.of(stop)));

      assertThat(beams)
          .anySatisfy(
              beam -> {
                assertThat(beam.completion().finishReason())
                    .isEqualTo(new FinishReason.StopString(stop));
                assertThat(beam.completion().text()).isEqualTo(text.substring(0, 2));
              })
          .allSatisfy(beam -> assertThat(beam.completion().text()).doesNotContain(stop));
    }
  }

  @Test
  void aStopStringThatIsASpecialTokenEndsABeam() {
    try (ReferenceDecoding decoding = new ReferenceDecoding("llama3-untied", 1)) {
      GenerationConfig config =
          GenerationConfig.greedy(3)
              .withBeams(60, -3, EarlyStopping.FALSE) // nearly all of 61 tokens; prefers short ones
              .withNumReturnSequences(60)
              .withEosTokenIds(Set.of(1));

      List<Beam> beams =
          search(
              decoding,
              ReferenceDecoding.prompt(0, 1, 17, 4),
              config.withStopStrings(List.of("<eos>")));

      assertThat(beams)
          .anySatisfy(
              beam -> {
                assertThat(beam.completion().finishReason())
                    .isEqualTo(new FinishReason.StopString("<eos>"));
                assertThat(beam.completion().tokenIds()).endsWith(2);
              });
    }
  }

  @Test
  void theContextEndsABeam() {
    try (ReferenceDecoding decoding = new ReferenceDecoding("gpt2", 1)) {
      int[] prompt = new int[60]; // of 64
      Arrays.fill(prompt, 7);
      List<Beam> beams =
          search(
              decoding,
              ReferenceDecoding.prompt(0, prompt),
              GenerationConfig.beams(30, 2).withEosTokenIds(Set.of()));

      assertThat(beams.getFirst().completion().tokenIds()).hasSize(4);
      assertThat(beams.getFirst().completion().finishReason())
          .isEqualTo(new FinishReason.LengthLimit(4));
    }
  }
}
