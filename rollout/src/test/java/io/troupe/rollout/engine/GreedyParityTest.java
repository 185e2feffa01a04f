package io.troupe.rollout.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.ReferenceModel;
import io.troupe.nn.SharedData;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.GenerationConfig;
import io.troupe.protocols.sample.Completion;
import io.troupe.protocols.sample.GroupSpec;
import io.troupe.protocols.sample.SampledGroup;
import io.troupe.rollout.ReferenceDecoding;
import io.troupe.rollout.tokenizer.AutoTokenizer;
import io.troupe.rollout.tokenizer.Tokenizer;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Greedy decoding against transformers'. */
class GreedyParityTest {

  @ParameterizedTest
  @MethodSource("io.troupe.nn.ReferenceModel#names")
  void tokensAndLogProbsAreThoseOfTransformers(String name) {
    JsonNode all = ReferenceModel.named(name).expected();
    JsonNode expected = all.get("greedy");
    GenerationConfig config = GenerationConfig.greedy(all.path("newTokens").asInt(24));
    List<GroupSpec> groups = new ArrayList<>();
    for (JsonNode greedy : expected) {
      groups.add(Decoding.group(groups.size(), 1, ReferenceModel.ints(greedy.get("prompt"))));
    }
    try (ReferenceDecoding decoding = new ReferenceDecoding(name, 2);
        DecodingEngine engine = Decoding.engine(decoding, Decoding.ROOMY)) {
      Map<Long, SampledGroup> results = Decoding.run(engine, groups, config);
      for (int i = 0; i < groups.size(); i++) {
        Completion completion = results.get((long) i).completions().getFirst();
        assertThat(completion.tokenIds())
            .isEqualTo(ReferenceModel.ints(expected.get(i).get("ids")));
        double[] logProbs = new double[completion.logProbs().length];
        for (int t = 0; t < logProbs.length; t++) {
          logProbs[t] = completion.logProbs()[t];
        }
        assertThat(logProbs)
            .containsExactly(ReferenceModel.doubles(expected.get(i).get("logProbs")), within(1e-5));
      }
    }
  }

  @Test
  void storiesContinueAsPublished() throws IOException {
    Path folder = SharedData.require("stories260K");
    try (Engine engine = Engine.of(CpuBackend.create(2));
        CausalLM model = PretrainedModel.load(folder, engine);
        Tokenizer tokenizer = AutoTokenizer.load(folder);
        DecodingEngine decoding = new DecodingEngine(model, tokenizer, Decoding.ROOMY)) {
      // 200 tokens after the start token, as transformers counts max_new_tokens too
      Completion story = Decoding.runOne(decoding, GenerationConfig.greedy(200), 1, 1);

      String expected = Files.readString(folder.resolve("expected_greedy.txt"));
      assertThat(story.text()).isEqualTo(expected);
    }
  }
}
