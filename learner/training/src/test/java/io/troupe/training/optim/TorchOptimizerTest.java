package io.troupe.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.Fixtures;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twelve steps with given gradients against torch.optim, with weight decay on the configured
 * parameters.
 */
class TorchOptimizerTest {
  private static final JsonNode TORCH = Fixtures.json("torch/optimizers.json");
  private static final String[] NAMES = {"conv1.weight", "conv1.bias", "conv2.weight"};
  private static final int[][] SIZES = {{3, 4}, {3}, {2, 3}};

  static Iterable<JsonNode> runs() {
    return TORCH.get("runs");
  }

  @ParameterizedTest
  @MethodSource("runs")
  void parametersFollowPyTorch(JsonNode run) {
    OptimizerConfig config =
        config(run.get("kind").textValue(), WeightDecayOn.from(run.get("on").textValue()));
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("test")) {
      Map<String, Tensor> parameters = parameters();
      try (Optimizer optimizer = Optimizer.of(config, parameters)) {
        for (JsonNode grads : TORCH.get("grads")) {
          optimizer.zeroGrad();
          for (int i = 0; i < NAMES.length; i++) {
            Tensor buffer = parameters.get(NAMES[i]).gradBuffer();
            buffer.copyFrom(Tensor.of(Fixtures.doubles(grads.get(i)), SIZES[i]));
          }
          optimizer.step(config.learningRate(), optimizer.gradNorm());
        }
      }
      for (int i = 0; i < NAMES.length; i++) {
        assertThat(parameters.get(NAMES[i]).toDoubles())
            .as(NAMES[i])
            .containsExactly(Fixtures.doubles(run.get("parameters").get(i)), within(1e-5));
      }
    }
  }

  private static OptimizerConfig config(String kind, WeightDecayOn on) {
    return switch (kind) {
      case "sgd" -> new OptimizerConfig.Sgd(0.1, 0, 0, false, 0.1, on, 0);
      case "sgd-momentum" -> new OptimizerConfig.Sgd(0.1, 0.9, 0.2, false, 0.1, on, 0);
      case "sgd-nesterov" -> new OptimizerConfig.Sgd(0.1, 0.9, 0, true, 0.1, on, 0);
      case "adam" -> new OptimizerConfig.Adam(0.01, 0.8, 0.95, 1e-6, 0.1, on, 0);
      default -> new OptimizerConfig.AdamW(0.01, 0.9, 0.999, 1e-8, 0.1, on, 0);
    };
  }

  private static Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      Tensor start = Tensor.zeros(SIZES[i]);
      start.copyFrom(Tensor.of(Fixtures.doubles(TORCH.get("start").get(i)), SIZES[i]));
      parameters.put(NAMES[i], start.requiresGrad(true));
    }
    return parameters;
  }

  @Test
  void unknownWeightDecayNameListsTheParameters() {
    try (Engine engine = Engine.of(CpuBackend.create(1));
        Scope _ = engine.open("test")) {
      OptimizerConfig config = config("adam", WeightDecayOn.from("conv1., conv3."));
      assertThatThrownBy(() -> Optimizer.of(config, parameters()))
          .hasMessage(
              "weight-decay-on must be the start of the name of a parameter, one of conv1.weight,"
                  + " conv1.bias, conv2.weight, got conv3.");
    }
  }
}
