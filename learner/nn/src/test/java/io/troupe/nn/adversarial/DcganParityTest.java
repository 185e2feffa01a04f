package io.troupe.nn.adversarial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.troupe.nn.Module;
import io.troupe.nn.SharedData;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares DCGAN with the numbers of PyTorch's example, in training and evaluation mode. */
class DcganParityTest {
  private static final int IMAGE_SIZE = 64;
  private static final double TOLERANCE = 1e-4;

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

  @ParameterizedTest
  @CsvSource({
    "regular_generator_train, z", "regular_generator_eval, z",
    "odd_generator_train, z", "odd_generator_eval, z",
    "regular_discriminator_train, x", "regular_discriminator_eval, x",
    "odd_discriminator_train, x", "odd_discriminator_eval, x"
  })
  void networksMatchPyTorch(String name, String letter) throws IOException {
    Path folder = SharedData.require("goldens").resolve("dcgan").resolve(name);
    JsonNode config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
    AdversarialPair pair =
        new Dcgan(
                config.get("nc").asInt(),
                IMAGE_SIZE,
                config.get("nz").asInt(),
                config.get("ngf").asInt(),
                config.get("ndf").asInt())
            .pair(Initializer.of(DType.FLOAT32, 1));
    boolean isGenerator = name.contains("generator");
    Module network = isGenerator ? pair.generator() : pair.discriminator();
    UnaryOperator<Tensor> forward =
        isGenerator
            ? pair::generate
            : images -> Activation.SIGMOID.forward(pair.discriminate(images));
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("model.safetensors"));
        SafetensorsFile io = SafetensorsFile.open(folder.resolve("io.safetensors"))) {
      load(network, weights, "");
      if (config.get("training").asBoolean()) {
        network.train();
      }
      String given =
          io.tensors().keySet().stream().filter(n -> n.startsWith("input.")).findFirst().get();
      Tensor input = io.load(given).requiresGrad(true);
      Tensor output = forward.apply(input);
      Tensor expected = io.load("output.output");
      compare(output.reshape(expected.shape()), expected, "output", 0);
      output.reshape(expected.shape()).mul(io.load("probe.output")).sum().backward();
      double largest =
          network.namedParameters().keySet().stream()
              .mapToDouble(p -> largest(io.load("grad.param." + p)))
              .max()
              .orElseThrow();
      compare(input.grad(), io.load("grad." + given), letter, largest);
      network
          .namedParameters()
          .forEach((p, tensor) -> compare(tensor.grad(), io.load("grad.param." + p), p, largest));
    }
  }

  static void load(Module network, SafetensorsFile file, String prefix) {
    network
        .stateDict()
        .forEach(
            (name, tensor) -> {
              if (tensor.rank() == 0) {
                tensor.filli((long) file.load(prefix + name).get(0));
              } else {
                file.read(prefix + name, tensor);
              }
            });
  }

  private static void compare(Tensor actual, Tensor expected, String what, double group) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double scale = Math.max(largest(expected), group / 100);
    double[] wanted = expected.toDoubles();
    double[] got = actual.toDoubles();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Math.abs(got[i] - wanted[i]))
          .as("%s, element %d: %s, expected %s", what, i, got[i], wanted[i])
          .isLessThanOrEqualTo(TOLERANCE * scale);
    }
  }

  private static double largest(Tensor tensor) {
    return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElse(0);
  }

  @Test
  void numbersOfParametersAreThePublishedOnes() {
    AdversarialPair pair = new Dcgan(3, 64, 100, 64, 64).pair(Initializer.undefined(DType.FLOAT32));
    assertThat(pair.generator().numParameters()).isEqualTo(3_576_704);
    assertThat(pair.discriminator().numParameters()).isEqualTo(2_765_568);
    assertThat(pair.namedParameters())
        .containsKeys("generator.main.12.weight", "discriminator.main.11.weight");
  }

  @ParameterizedTest
  @CsvSource({"28, 7", "32, 4", "8, 4", "40, 5"})
  void otherSizesStartFromFourToSevenRows(int size, int start) {
    AdversarialPair pair = new Dcgan(1, size, 5, 4, 4).pair(Initializer.of(DType.FLOAT32, 1));
    Map<String, Tensor> parameters = pair.namedParameters();
    assertThat(parameters.get("generator.main.0.weight").size(3)).isEqualTo(start);
    Tensor images = pair.generate(Tensor.zeros(2, 5, 1, 1));
    assertThat(images.shape()).isEqualTo(Shape.of(2, 1, size, size));
    assertThat(pair.discriminate(images).shape()).isEqualTo(Shape.of(2));
  }

  @Test
  void sizesThatCannotBeDoubledAreRejected() {
    assertThatThrownBy(() -> new Dcgan(1, 36, 5, 4, 4))
        .hasMessage("image_size must be 4 to 7 times a power of two, and at least 8, got 36");
  }
}
