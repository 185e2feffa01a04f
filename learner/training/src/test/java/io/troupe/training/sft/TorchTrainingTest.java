package io.troupe.training.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.nn.lm.CausalLM;
import io.troupe.nn.pretrained.PretrainedModel;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.ScheduleConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Engine;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ten steps of fine-tuning against PyTorch: optimizers, schedule, clipping, micro-batches. */
class TorchTrainingTest {
  private static final JsonNode TRAINING = Fixtures.json("torch/training.json");

  static Iterable<JsonNode> runs() {
    return TRAINING.get("runs");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void lossesMatchPyTorch(JsonNode run) {
    double[] expected = Fixtures.doubles(run.get("losses"));
    SftConfig config =
        new SftConfig(
            expected.length,
            demonstrations().size(),
            optimizer(run.get("optimizer").textValue()),
            new ScheduleConfig.Cosine(TRAINING.get("warmup").intValue(), 0.5),
            24, // two passes
            1 << 20);
    try (Engine engine = Engine.of(CpuBackend.create(2));
        CausalLM model =
            PretrainedModel.load(Fixtures.path("torch/" + run.get("family").textValue()), engine);
        SftTrainer trainer = new SftTrainer(model, config, demonstrations(), 1)) {
      for (int step = 0; step < expected.length; step++) {
        assertThat(trainer.step()).as("step %d", step).isCloseTo(expected[step], within(1e-4));
      }
    }
  }

  private static OptimizerConfig optimizer(String name) {
    double rate = TRAINING.get("learningRate").doubleValue();
    double norm = TRAINING.get("maxGradNorm").doubleValue();
    double decay = 0.1;
    WeightDecayOn on = new WeightDecayOn.Matrices();
    return switch (name) {
      case "adamw" -> new OptimizerConfig.AdamW(rate, 0.9, 0.999, 1e-8, decay, on, norm);
      case "adam" -> new OptimizerConfig.Adam(rate, 0.8, 0.95, 1e-6, decay, on, norm);
      case "sgd" -> new OptimizerConfig.Sgd(10 * rate, 0, 0, false, decay, on, norm);
      case "sgd-momentum" -> new OptimizerConfig.Sgd(10 * rate, 0.9, 0.1, false, decay, on, norm);
      case "sgd-nesterov" -> new OptimizerConfig.Sgd(10 * rate, 0.8, 0, true, decay, on, norm);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<Demonstration> demonstrations() {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (int i = 0; i < TRAINING.get("sequences").size(); i++) {
      int[] ids = Fixtures.ints(TRAINING.get("sequences").get(i));
      int prompt = TRAINING.get("promptLengths").get(i).intValue();
      demonstrations.add(
          new Demonstration(
              Arrays.copyOf(ids, prompt), Arrays.copyOfRange(ids, prompt, ids.length)));
    }
    return demonstrations;
  }
}
