package io.troupe.training.alternating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.cyclegan.ChannelNorm;
import io.troupe.nn.cyclegan.CycleGan;
import io.troupe.nn.cyclegan.CycleObjective;
import io.troupe.nn.cyclegan.Direction;
import io.troupe.nn.cyclegan.Discriminator;
import io.troupe.nn.cyclegan.Generator;
import io.troupe.nn.layers.Initializer;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import io.troupe.training.optim.Optimizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Two steps of the original CycleGAN: both generators, then both discriminators. */
class CycleStepTest {
  private static final double LEARNING_RATE = 2e-4;

  private static Path goldens() {
    Path folder =
        Path.of("../../../shared/data/goldens/cyclegan/step").toAbsolutePath().normalize();
    Assumptions.assumeTrue(Files.exists(folder), () -> "skipped: there is no " + folder);
    return folder;
  }

  private static CycleGan model() {
    return new CycleGan(
        new CycleGan.Architecture(
            3, 4, 4, ChannelNorm.INSTANCE, new Generator.Resnet(2), new Discriminator.Patches(3)),
        new CycleObjective(10, 10, 0.5, 0),
        Direction.A_TO_B,
        Initializer.of(DType.FLOAT32, 1));
  }

  @Test
  void lossesGradientsAndWeightsMatchTheOriginalCode() {
    Path folder = goldens();
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("test");
        SafetensorsFile start = SafetensorsFile.open(folder.resolve("model.safetensors"));
        SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"))) {
      CycleGan model = model();
      assertThat(start.tensors().keySet()).isEqualTo(model.namedParameters().keySet());
      model.namedParameters().forEach(start::read);
      model.train();
      ImageTranslation task = new ImageTranslation(model, Shape.of(3, 32, 32), Optional.empty());
      Map<String, Optimizer> optimizers = new HashMap<>();
      task.parts()
          .forEach(
              (name, part) ->
                  optimizers.put(
                      name,
                      Optimizer.of(
                          new OptimizerConfig.Adam(
                              LEARNING_RATE, 0.5, 0.999, 1e-8, 0, new WeightDecayOn.All(), 0),
                          part.namedParameters())));
      for (String step : new String[] {"step1.", "step2."}) {
        task.step(
            io.load(step + "input.A"),
            io.load(step + "input.B"),
            Philox.of(1),
            (part, loss) -> {
              model.zeroGrad();
              boolean ofGenerators = part.equals(ImageTranslation.GENERATORS);
              double expected =
                  ofGenerators
                      ? io.load(step + "loss.G").item()
                      : io.load(step + "loss.D_A").item() + io.load(step + "loss.D_B").item();
              assertThat(loss.item()).isCloseTo(expected, within(1e-5 * Math.abs(expected)));
              loss.backwardAndRelease();
              compareGradients(task.parts().get(part).namedParameters(), io, step);
              optimizers.get(part).step(LEARNING_RATE, 0);
            });
        model.namedParameters().forEach((name, weight) -> compareWeight(name, weight, io, step));
      }
      optimizers.values().forEach(Optimizer::close);
    }
  }

  /**
   * Whether the gradient is only rounding: that of a bias before an instance norm, which Adam turns
   * into a step of any sign.
   */
  private static boolean isRounding(Tensor gradient) {
    return gradient.rank() == 1 && largest(gradient) < 1e-4; // others are above 1e-3
  }

  private static void compareGradients(
      Map<String, Tensor> parameters, SafetensorsFile io, String step) {
    double largest =
        parameters.keySet().stream()
            .mapToDouble(name -> largest(io.load(step + "grad." + name)))
            .max()
            .orElseThrow();
    parameters.forEach(
        (name, parameter) -> {
          Tensor expected = io.load(step + "grad." + name);
          double scale = Math.max(largest(expected), largest / 100);
          compare(parameter.grad(), expected, 5e-4 * scale, step + "grad." + name);
        });
  }

  private static void compareWeight(String name, Tensor weight, SafetensorsFile io, String step) {
    if (!isRounding(io.load(step + "grad." + name))) {
      compare(weight, io.load(step + "weight." + name), 1e-6, step + "weight." + name);
    }
  }

  private static double largest(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElse(0);
  }

  private static void compare(Tensor actual, Tensor expected, double tolerance, String what) {
    double[] wanted = expected.toDoubles();
    double[] got = actual.toDoubles();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(got[i]).as("%s, element %d", what, i).isCloseTo(wanted[i], within(tolerance));
    }
  }
}
