package io.troupe.training.alternating;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.Module;
import io.troupe.nn.adversarial.AdversarialPair;
import io.troupe.nn.adversarial.Dcgan;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.layers.Initializer;
import io.troupe.protocols.config.OptimizerConfig;
import io.troupe.protocols.config.WeightDecayOn;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.training.optim.Optimizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Two rounds of PyTorch's example: the discriminator, then the generator. */
class AdversarialStepTest {
  private static final double LEARNING_RATE = 2e-4;

  private static Path goldens() {
    Path folder = Path.of("../../../shared/data/goldens/dcgan/step").toAbsolutePath().normalize();
    Assumptions.assumeTrue(Files.exists(folder), () -> "skipped: there is no " + folder);
    return folder;
  }

  private static Optimizer adam(Module part) {
    return Optimizer.of(
        new OptimizerConfig.Adam(LEARNING_RATE, 0.5, 0.999, 1e-8, 0, new WeightDecayOn.All(), 0),
        part.namedParameters());
  }

  @Test
  void weightsAndStatisticsAfterEachUpdateMatchPyTorch() {
    Path folder = goldens();
    try (Engine engine = Engine.of(CpuBackend.create(2));
        Scope _ = engine.open("test");
        SafetensorsFile start = SafetensorsFile.open(folder.resolve("model.safetensors"));
        SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"))) {
      AdversarialPair pair = new Dcgan(3, 64, 8, 4, 4).pair(Initializer.of(DType.FLOAT32, 1));
      load(pair.generator(), start, "G.");
      load(pair.discriminator(), start, "D.");
      pair.train();
      AdversarialImages task = new AdversarialImages(pair, Optional.empty());
      Map<String, Optimizer> optimizers = new HashMap<>();
      task.parts().forEach((name, part) -> optimizers.put(name, adam(part)));
      for (String round : new String[] {"step1.", "step2."}) {
        task.step(
            io.load(round + "input.real"),
            io.load(round + "input.z"),
            (part, loss) -> {
              pair.zeroGrad();
              double expected =
                  part.equals(AdversarialImages.GENERATOR)
                      ? io.load(round + "loss.G").item()
                      : io.load(round + "loss.D_real").item()
                          + io.load(round + "loss.D_fake").item();
              assertThat(loss.item()).isCloseTo(expected, within(1e-5));
              loss.backward();
              optimizers.get(part).step(LEARNING_RATE, 0);
              boolean isGenerator = part.equals(AdversarialImages.GENERATOR);
              compare(task.parts().get(part), io, round + (isGenerator ? "G" : "D") + ".state.");
            });
        compare(pair.discriminator(), io, round + "D_after_G.state.");
      }
      optimizers.values().forEach(Optimizer::close);
    }
  }

  private static void load(Module network, SafetensorsFile file, String prefix) {
    network
        .stateDict()
        .forEach(
            (name, tensor) -> {
              if (tensor.rank() == 0) {
                tensor.filli(file.load(prefix + name).get(0));
              } else {
                file.read(prefix + name, tensor);
              }
            });
  }

  private static void compare(Module network, SafetensorsFile io, String prefix) {
    network
        .stateDict()
        .forEach(
            (name, tensor) -> {
              Tensor expected = io.load(prefix + name);
              for (int i = 0; i < tensor.numel(); i++) {
                assertThat(tensor.get(i))
                    .as("%s%s, element %d", prefix, name, i)
                    .isCloseTo(expected.get(i), within(2e-6));
              }
            });
  }
}
