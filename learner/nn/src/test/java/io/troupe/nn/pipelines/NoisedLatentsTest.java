package io.troupe.nn.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.diffusers.AutoencoderConfig;
import io.troupe.nn.diffusers.AutoencoderKL;
import io.troupe.nn.diffusers.ControlNetConfig;
import io.troupe.nn.diffusers.ControlNetModel;
import io.troupe.nn.diffusers.TextContext;
import io.troupe.nn.diffusers.UNet2DConditionConfig;
import io.troupe.nn.diffusers.UNet2DConditionModel;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.schedulers.BetaSchedule;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import io.troupe.tensor.random.Philox;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The noise of training and of samples, and ControlNets with a condition for each image. */
class NoisedLatentsTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final BetaSchedule BETAS = BetaSchedule.scaledLinear();

  private Scope scope;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void open() {
    scope = ENGINE.open("test");
  }

  @AfterEach
  void leave() {
    scope.close();
  }

  private static AutoencoderKL vae() {
    return new AutoencoderKL(
        new AutoencoderConfig(3, 3, List.of(4, 8), 1, Activation.SILU, 2, 2, 8, 0.7, 0, false),
        Initializer.of(DType.FLOAT32, 1));
  }

  /** The signal's share of Stable Diffusion's schedule, written from its definition. */
  private static double signal(int timestep) {
    double product = 1;
    for (int t = 0; t <= timestep; t++) {
      double root = Math.sqrt(0.00085) + t / 999.0 * (Math.sqrt(0.012) - Math.sqrt(0.00085));
      product *= 1 - root * root;
    }
    return product;
  }

  @Test
  void samplesAreTheScaledLatentsWithTheNoiseOfTheirTimestep() {
    AutoencoderKL vae = vae();
    int batch = 64;
    Tensor images = Tensor.full(DType.FLOAT32, Shape.of(batch, 3, 8, 8), 0.3);
    Philox random = Philox.of(4);
    NoisedLatents noised = NoisedLatents.of(vae, BETAS, images, random);
    double[] noise = noised.noise().toDoubles();
    double[] sample = noised.sample().toDoubles();
    int numel = noise.length / batch;
    Tensor mean = vae.encode(images.mul(2).sub(1)).mean();
    Tensor deviation = vae.encode(images.mul(2).sub(1)).logVariance().mul(0.5).exp();
    double squares = 0;
    for (int i = 0; i < noise.length; i++) {
      double share = signal((int) noised.timesteps()[i / numel]);
      double latent = (sample[i] - Math.sqrt(1 - share) * noise[i]) / Math.sqrt(share);
      double z = (latent / 0.7 - mean.get(i)) / deviation.get(i);
      squares += z * z;
    }
    assertThat(squares / noise.length).as("variance of the posterior").isCloseTo(1, within(0.15));
    assertThat(Arrays.stream(noise).map(x -> x * x).average().orElseThrow())
        .as("variance of the noise")
        .isCloseTo(1, within(0.15));
    assertThat(noised.sample().requiresGrad()).isFalse();
    assertThat(NoisedLatents.of(vae, BETAS, images, random).sample().toFloats())
        .isEqualTo(noised.sample().toFloats());
  }

  @Test
  void timestepsAreUniform() {
    Tensor images = Tensor.full(DType.FLOAT32, Shape.of(400, 3, 2, 2), 0.5);
    double[] timesteps = NoisedLatents.of(vae(), BETAS, images, Philox.of(1)).timesteps();
    assertThat(Arrays.stream(timesteps).min().orElseThrow()).isBetween(0.0, 20.0);
    assertThat(Arrays.stream(timesteps).max().orElseThrow()).isBetween(980.0, 999.0);
    assertThat(Arrays.stream(timesteps).average().orElseThrow()).isCloseTo(499.5, within(45.0));
  }

  @Test
  void theLossOfTheTrueNoiseIsZero() {
    Tensor images = Tensor.full(DType.FLOAT32, Shape.of(2, 3, 4, 4), 0.5);
    NoisedLatents noised = NoisedLatents.of(vae(), BETAS, images, Philox.of(1));
    assertThat(noised.loss(noised.noise()).item()).isZero();
    assertThat(noised.loss(noised.noise().add(0.5)).item()).isCloseTo(0.25, within(1e-6));
  }

  @Test
  void theLossHasAWeightForEachSample() {
    Tensor images = Tensor.full(DType.FLOAT32, Shape.of(2, 3, 4, 4), 0.5);
    NoisedLatents noised = NoisedLatents.of(vae(), BETAS, images, Philox.of(1));
    Tensor errors = Tensor.of(new float[] {1, 3}, 2).reshape(2, 1, 1, 1);
    assertThat(noised.loss(noised.noise().add(errors), new double[] {0.5, 0.1}).item())
        .isCloseTo((0.5 * 1 + 0.1 * 9) / 2, within(1e-5));
  }

  /** Weights of diffusers' train_text_to_image.py: compute_snr, then min(SNR, gamma) / SNR. */
  @Test
  void weightsAreBoundedSignalToNoiseRatios() {
    double[] timesteps = {0, 100, 400, 999};
    double[] weights = BETAS.minSnrWeights(timesteps, 5);
    for (int i = 0; i < timesteps.length; i++) {
      double share = signal((int) timesteps[i]);
      double snr = share / (1 - share);
      assertThat(weights[i]).isCloseTo(Math.min(snr, 5) / snr, within(1e-9));
    }
    assertThat(weights[0]).isLessThan(0.01);
    assertThat(weights[3]).isEqualTo(1);
  }

  @Test
  void theNoiseOfAnImageDoesNotDependOnItsBatch() {
    ImageNoise ofBatch = new ImageNoise(3, 5);
    ImageNoise ofOne = new ImageNoise(3, 7);
    for (int draw = 0; draw < 2; draw++) {
      Tensor batch = ofBatch.apply(Shape.of(4, 2, 3, 3));
      Tensor one = ofOne.apply(Shape.of(1, 2, 3, 3));
      assertThat(one.toFloats()).isEqualTo(batch.rows(2, 3).copy().toFloats());
    }
  }

  @Test
  void eachImageHasItsOwnCondition() {
    UNet2DConditionConfig sizes =
        UNet2DConditionConfig.of(
            4, 2, List.of(UNet2DConditionConfig.CROSS_DOWN), List.of(4), 1, 2, 6, 2);
    Initializer initializer = Initializer.of(DType.FLOAT32, 9);
    ControlNetModel network =
        new ControlNetModel(new ControlNetConfig(sizes, 3, List.of(2, 4)), initializer);
    network.stateDict().values().forEach(w -> w.detach().copyFrom(values(w.shape())));
    Tensor conditions = values(Shape.of(2, 3, 8, 8));
    Tensor sample = values(Shape.of(4, 2, 4, 4));
    Tensor text = values(Shape.of(4, 3, 6));
    UNet2DConditionModel.Residuals all =
        Control.residuals(
            List.of(new Control(network, conditions, 1)),
            sample,
            new double[] {1, 2, 3, 4},
            TextContext.of(text));
    for (int i = 0; i < 4; i++) {
      UNet2DConditionModel.Residuals alone =
          Control.residuals(
              List.of(new Control(network, conditions.rows(i % 2, i % 2 + 1), 1)),
              sample.rows(i, i + 1),
              new double[] {i + 1},
              TextContext.of(text.rows(i, i + 1)));
      assertThat(all.middle().rows(i, i + 1).copy().toFloats())
          .as("image %d", i)
          .isEqualTo(alone.middle().toFloats());
    }
  }

  private static Tensor values(Shape shape) {
    double[] values = new double[Math.toIntExact(shape.numel())];
    Philox random = Philox.of(shape.numel());
    Arrays.setAll(values, i -> random.uniform(i) - 0.5);
    return Tensor.of(values, shape.sizes()).to(DType.FLOAT32);
  }
}
