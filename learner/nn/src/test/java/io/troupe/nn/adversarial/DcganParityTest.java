package io.troupe.nn.adversarial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.Golden;
import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.util.Map;
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
    "regular_discriminator_train, image", "regular_discriminator_eval, image",
    "odd_discriminator_train, image", "odd_discriminator_eval, image"
  })
  void networksMatchPyTorch(String name, String given) throws IOException {
    try (Golden golden = Golden.open("dcgan/" + name)) {
      ConfigJson config = golden.config();
      AdversarialPair pair =
          new Dcgan(
                  config.positive("nc", 0),
                  IMAGE_SIZE,
                  config.positive("nz", 0),
                  config.positive("ngf", 0),
                  config.positive("ndf", 0))
              .pair(Initializer.of(DType.FLOAT32, 1));
      boolean isGenerator = name.contains("generator");
      Module network = golden.loaded(isGenerator ? pair.generator() : pair.discriminator());
      if (name.endsWith("train")) {
        network.train();
      }
      Tensor input = golden.input(given);
      Tensor output =
          isGenerator ? pair.generate(input) : Activation.SIGMOID.forward(pair.discriminate(input));
      golden.output("output", output, TOLERANCE);
      output.mul(golden.probe("output").reshape(output.shape())).sum().backward();
      golden.inputGradient(given, input, TOLERANCE);
      golden.parameterGradients(network, TOLERANCE);
      assertThat(golden.failures()).isEmpty();
    }
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
