package io.troupe.nn.stylegan2;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.nn.Golden;
import io.troupe.nn.SharedData;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.lm.ConfigJson;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Pooling;
import io.troupe.tensor.backend.Resampling;
import io.troupe.tensor.cpu.CpuBackend;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the networks of StyleGAN2 with numbers of its authors' code. */
class StyleGan2ParityTest {
  private static final double TOLERANCE = 1e-5;

  /** The gradients of single operations in the fixture are those of two backward passes. */
  private static final double TWICE = 0.5;

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

  private static StyleGan2 model(ConfigJson config) {
    return new StyleGan2(GoldenStyles.architecture(config), 1, Initializer.of(DType.FLOAT32, 1));
  }

  @ParameterizedTest
  @CsvSource({"regular, 5e-5", "odd, 3e-4"})
  void generatorMatches(String name, double gradientTolerance) throws IOException {
    try (Golden golden = Golden.open("stylegan2/" + name, "generator")) {
      ConfigJson config = golden.config();
      StyleGenerator generator = golden.loaded(model(config).generator());
      Tensor labels = golden.has("input.labels") ? golden.input("labels") : null;
      Tensor z = golden.input("z");
      Tensor styles = generator.map(z, labels);
      golden.output("ws", styles, TOLERANCE);
      Noise constant = new Noise.Constant();
      Tensor image = generator.synthesize(Dual.constant(styles), constant).value();
      golden.output("image", image, TOLERANCE);
      Tensor without = generator.synthesize(Dual.constant(styles), new Noise.None()).value();
      golden.output("image_noise_none", without, TOLERANCE);
      Tensor mixed =
          generator.mixed(
              styles,
              generator.map(golden.input("z2"), labels),
              config.positive("style_mixing_cutoff", 0));
      golden.output(
          "image_mixed", generator.synthesize(Dual.constant(mixed), constant).value(), TOLERANCE);
      golden.output(
          "ws_truncated", generator.truncated(styles, 0.7, generator.numStyles()), TOLERANCE);
      golden.output(
          "ws_truncated_cutoff",
          generator.truncated(styles, 0.7, config.positive("truncation_cutoff", 0)),
          TOLERANCE);
      image.mul(golden.probe("image")).sum().backward();
      golden.inputGradient("z", z, gradientTolerance);
      golden.parameterGradients(generator, gradientTolerance);
      assertThat(golden.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"regular", "odd"})
  void discriminatorMatches(String name) throws IOException {
    try (Golden golden = Golden.open("stylegan2/" + name, "discriminator")) {
      StyleDiscriminator discriminator = golden.loaded(model(golden.config()).discriminator());
      Tensor labels = golden.has("input.labels") ? golden.input("labels") : null;
      Tensor image = golden.input("image");
      Tensor logits = discriminator.forward(Dual.constant(image), labels).value();
      golden.output("logits", logits, TOLERANCE);
      logits.mul(golden.probe("logits").reshape(logits.shape())).sum().backward();
      golden.inputGradient("image", image, 5e-5);
      golden.parameterGradients(discriminator, 5e-5);
      assertThat(golden.failures()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"minibatch_std0, 4, 1", "minibatch_std1, 2, 2", "minibatch_std3, 4, 1"})
  void deviationOfGroupsMatches(String name, int groupSize, int channels) {
    try (SafetensorsFile ops =
        SafetensorsFile.open(SharedData.require("goldens/stylegan2/ops.safetensors"))) {
      Tensor x = ops.load(name + "/input.x").requiresGrad(true);
      Tensor y = new MinibatchDeviation(groupSize, channels).forward(Dual.constant(x)).value();
      assertClose(y, ops.load(name + "/output"), 2e-6);
      y.mul(ops.load(name + "/probe")).sum().backward();
      assertClose(x.grad(), ops.load(name + "/grad.x").mul(TWICE), 2e-6);
    }
  }

  @Test
  void doublingAndHalvingAreFiltered() {
    try (SafetensorsFile ops =
        SafetensorsFile.open(SharedData.require("goldens/stylegan2/ops.safetensors"))) {
      FirFilter filter = new FirFilter(Initializer.of(DType.FLOAT32, 1));
      assertClose(
          filter.up(ops.load("upsample2d_0/input.x")), ops.load("upsample2d_0/output"), 2e-6);
      assertClose(
          filter.down(ops.load("downsample2d_1/input.x")), ops.load("downsample2d_1/output"), 2e-6);
    }
  }

  @Test
  void filtersWithoutSymmetryAreConvolved() {
    try (SafetensorsFile ops =
        SafetensorsFile.open(SharedData.require("goldens/stylegan2/ops.safetensors"))) {
      Tensor x = ops.load("upfirdn2d7/input.x").requiresGrad(true);
      double[] taps = ops.load("upfirdn2d7/input.f").toDoubles();
      Tensor y =
          Pooling.resample(
              x,
              Resampling.filtered(x.size(2), taps, 2, 2, 5, 5),
              Resampling.filtered(x.size(3), taps, 2, 2, 5, 5));
      assertClose(y, ops.load("upfirdn2d7/output"), 2e-6);
      y.mul(ops.load("upfirdn2d7/probe")).sum().backward();
      assertClose(x.grad(), ops.load("upfirdn2d7/grad.x").mul(TWICE), 2e-6);
    }
  }

  private static void assertClose(Tensor actual, Tensor expected, double tolerance) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double[] wanted = expected.toDoubles();
    double[] got = actual.toDoubles();
    double largest = 0;
    for (double value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < wanted.length; i++) {
      assertThat(Math.abs(got[i] - wanted[i])).as("element %d", i).isLessThan(tolerance * largest);
    }
  }

  @Test
  void imagesMayHaveTwentyEightRows() {
    StyleGan2.Architecture digits =
        new StyleGan2.Architecture(
            1,
            28,
            5,
            6,
            0,
            2,
            2,
            64,
            8,
            StyleGan2.Connections.SKIP,
            StyleGan2.Connections.RESIDUAL,
            0,
            0,
            4,
            1);
    StyleGan2 model = new StyleGan2(digits, 1, Initializer.of(DType.FLOAT32, 1));
    assertThat(model.namedParameters())
        .containsKeys("generator.synthesis.b7.const", "discriminator.b28.fromrgb.weight");
    Tensor styles = model.generator().map(Tensor.zeros(6, 5), null);
    Tensor images = model.generator().synthesize(Dual.constant(styles), new Noise.None()).value();
    assertThat(images.shape()).isEqualTo(Shape.of(6, 1, 28, 28));
    assertThat(model.discriminator().forward(Dual.constant(images), null).value().shape())
        .isEqualTo(Shape.of(6));
  }
}
