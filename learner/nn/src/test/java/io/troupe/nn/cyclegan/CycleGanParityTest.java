package io.troupe.nn.cyclegan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.troupe.nn.Golden;
import io.troupe.nn.adversarial.NamedChain;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.ReflectionPad2d;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.ShapeException;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the networks of CycleGAN with the numbers of the original code. */
class CycleGanParityTest {
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

  private static NamedChain network(ConfigJson config) {
    Convolutions convolutions =
        new Convolutions(
            ChannelNorm.named(config.text("norm", "")), Initializer.of(DType.FLOAT32, 1));
    int in = config.positive("input_nc", 0);
    if (config.positive("ngf", 0) == 0) {
      Discriminator discriminator =
          config.text("netD", "basic").equals("pixel")
              ? new Discriminator.Pixels()
              : new Discriminator.Patches(config.positive("n_layers", 0));
      return discriminator.network(in, config.positive("ndf", 0), convolutions);
    }
    Generator generator =
        config.positive("num_downs", 0) > 0
            ? new Generator.Unet(config.positive("num_downs", 0))
            : new Generator.Resnet(config.positive("n_blocks", 0));
    return generator.network(
        in, config.positive("output_nc", 0), config.positive("ngf", 0), convolutions);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generator", "generator_odd", "generator_unet",
        "discriminator", "discriminator_odd", "discriminator_pixel"
      })
  void networksMatchTheOriginalCode(String name) throws IOException {
    try (Golden golden = Golden.open("cyclegan/" + name)) {
      NamedChain network = golden.loaded(network(golden.config()));
      network.train(); // for the batch norms of the odd ones
      Tensor input = golden.input("image");
      Tensor output = network.forward(input);
      golden.output("output", output, 2e-5);
      output.mul(golden.probe("output")).sum().backward();
      golden.inputGradient("image", input, 1e-4);
      golden.parameterGradients(network, 1e-4);
      assertThat(golden.failures()).isEmpty();
    }
  }

  @Test
  void numbersOfParametersAreThePublishedOnes() {
    CycleGan.Architecture published =
        new CycleGan.Architecture(
            3, 64, 64, ChannelNorm.INSTANCE, new Generator.Resnet(9), new Discriminator.Patches(3));
    CycleGan model =
        new CycleGan(
            published,
            new CycleObjective(10, 10, 0.5, 50),
            Direction.A_TO_B,
            Initializer.undefined(DType.FLOAT32));
    assertThat(model.generators().numParameters()).isEqualTo(2 * 11_378_179);
    assertThat(model.discriminators().numParameters()).isEqualTo(2 * 2_764_737);
    assertThat(model.namedParameters())
        .containsKeys("G_A.model.10.conv_block.1.weight", "D_B.model.11.bias");
  }

  @Test
  void reflectionRepeatsNoBorder() {
    Tensor rows = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 1, 2, 3);
    assertThat(new ReflectionPad2d(1).forward(rows).toFloats())
        .containsExactly(5, 4, 5, 6, 5, 2, 1, 2, 3, 2, 5, 4, 5, 6, 5, 2, 1, 2, 3, 2);
    assertThatThrownBy(() -> new ReflectionPad2d(2).forward(rows))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("height and width > 2, got (1, 1, 2, 3)");
  }
}
