package io.troupe.training.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.checkpoint.CheckpointFormatException;
import io.troupe.nn.checkpoint.SafetensorsWriter;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.backend.Backend;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptimizerTest {
  private static final WeightDecayOn ON = new WeightDecayOn.Matrices();
  private static final OptimizerConfig ADAM_W =
      new OptimizerConfig.AdamW(0.01, 0.9, 0.999, 1e-8, 0.1, ON, 0.5);

  @TempDir Path folder;
  private final Engine engine = Engine.of(CpuBackend.create(2));
  private Scope scope;

  @BeforeEach
  void open() {
    scope = engine.open("test");
  }

  @AfterEach
  void close() {
    scope.close();
    engine.close();
  }

  static List<OptimizerConfig> configs() {
    return List.of(
        ADAM_W,
        new OptimizerConfig.Adam(0.01, 0.9, 0.999, 1e-8, 0.1, ON, 0.5),
        new OptimizerConfig.Sgd(0.01, 0, 0, false, 0.1, ON, 0.5),
        new OptimizerConfig.Sgd(0.01, 0.9, 0.2, false, 0.1, ON, 0));
  }

  private static Map<String, Tensor> parameters() {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    parameters.put("weight", draw(1, 7, 5).requiresGrad(true));
    parameters.put("bias", draw(2, 7).requiresGrad(true));
    return parameters;
  }

  private static Tensor draw(long seed, int... sizes) {
    Tensor drawn = Tensor.zeros(sizes);
    Backend.of(drawn).random().normal(drawn, Philox.of(seed));
    return drawn;
  }

  private static void step(Optimizer optimizer, Map<String, Tensor> parameters, long step) {
    optimizer.zeroGrad();
    parameters.forEach(
        (name, parameter) ->
            parameter
                .gradBuffer()
                .copyFrom(draw(31 * step + name.length(), parameter.shape().sizes())));
    optimizer.step(0.01 / (step + 1), optimizer.gradNorm());
  }

  @ParameterizedTest
  @MethodSource("configs")
  void resumedStateContinuesBitForBit(OptimizerConfig config) throws IOException {
    Map<String, Tensor> straight = parameters();
    Map<String, Tensor> resumed = parameters();
    Path file = folder.resolve("optimizer.safetensors");
    try (Optimizer first = Optimizer.of(config, straight)) {
      for (int s = 0; s < 3; s++) {
        step(first, straight, s);
      }
      first.save(file);
      straight.forEach((name, value) -> resumed.get(name).copyFrom(value));
      try (Optimizer second = Optimizer.of(config, resumed)) {
        second.load(file);
        assertThat(second.stepCount()).isEqualTo(3);
        for (int s = 3; s < 6; s++) {
          step(first, straight, s);
          step(second, resumed, s);
        }
      }
    }
    straight.forEach(
        (name, value) ->
            assertThat(resumed.get(name).toFloats()).as(name).isEqualTo(value.toFloats()));
  }

  @Test
  void rejectsTheStateOfAnotherOptimizer() throws IOException {
    Path file = folder.resolve("optimizer.safetensors");
    try (Optimizer adam = Optimizer.of(ADAM_W, parameters());
        Optimizer sgd = Optimizer.of(configs().getLast(), parameters())) {
      adam.save(file);

      assertThatThrownBy(() -> sgd.load(file))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessage(file + " must contain the state of optim=sgd, got adamw");
    }
  }

  @Test
  void rejectsTheStateOfAnotherModel() throws IOException {
    Path file = folder.resolve("optimizer.safetensors");
    Map<String, Tensor> other = Map.of("weight", draw(1, 5, 7).requiresGrad(true));
    try (Optimizer adam = Optimizer.of(ADAM_W, parameters());
        Optimizer of = Optimizer.of(ADAM_W, other)) {
      adam.save(file);

      assertThatThrownBy(() -> of.load(file))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessageContaining("exp_avg.weight");
    }
  }

  @Test
  void rejectsANonNumericStep() throws IOException {
    Path file = folder.resolve("optimizer.safetensors");
    SafetensorsWriter.write(file, List.of(), Map.of("optim", "sgd", "step", "three"));
    try (Optimizer sgd = Optimizer.of(configs().getLast(), parameters())) {
      assertThatThrownBy(() -> sgd.load(file))
          .isInstanceOf(CheckpointFormatException.class)
          .hasMessage(file + ": step must be an integer >= 0, got three");
    }
  }

  @Test
  void clipsByTheGlobalNormOfAllGradients() {
    OptimizerConfig plain = new OptimizerConfig.Sgd(1, 0, 0, false, 0, ON, 2);
    Tensor a = Tensor.of(new float[] {0, 0}).requiresGrad(true);
    Tensor b = Tensor.of(new float[] {0}).requiresGrad(true);
    a.gradBuffer().setFloats(new float[] {6, 0});
    b.gradBuffer().setFloats(new float[] {8});
    try (Optimizer sgd = Optimizer.of(plain, Map.of("a", a, "b", b))) {
      assertThat(sgd.gradNorm()).isCloseTo(10, within(1e-12));
      sgd.step(1, sgd.gradNorm());
    }

    assertThat(a.get(0)).isCloseTo(-1.2, within(1e-6));
    assertThat(b.get(0)).isCloseTo(-1.6, within(1e-6));
  }

  @Test
  void appliesWeightDecayToMatricesOnly() {
    OptimizerConfig plain = new OptimizerConfig.Sgd(1, 0, 0, false, 0.25, ON, 0);
    Tensor matrix = Tensor.of(new float[] {4}, 1, 1).requiresGrad(true);
    Tensor vector = Tensor.of(new float[] {4}).requiresGrad(true);
    try (Optimizer sgd = Optimizer.of(plain, Map.of("matrix", matrix, "vector", vector))) {
      sgd.zeroGrad();
      sgd.requireGradients();
      sgd.step(1, sgd.gradNorm());
    }

    assertThat(matrix.item()).isEqualTo(3);
    assertThat(vector.item()).isEqualTo(4);
  }

  @Test
  void parameterWithoutAGradientIsUnchanged() {
    Map<String, Tensor> parameters = parameters();
    float[] before = parameters.get("bias").toFloats();
    parameters.get("weight").gradBuffer().filli(1);
    try (Optimizer adam = Optimizer.of(ADAM_W, parameters)) {
      adam.step(0.1, adam.gradNorm());
    }

    assertThat(parameters.get("bias").toFloats()).isEqualTo(before);
  }
}
