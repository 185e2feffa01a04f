package io.troupe.nn.generative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.troupe.nn.ReferenceModel;
import io.troupe.nn.TorchFile;
import io.troupe.nn.checkpoint.SafetensorsFile;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.DType;
import io.troupe.tensor.Engine;
import io.troupe.tensor.Scope;
import io.troupe.tensor.Shape;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.cpu.CpuBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares diffusion, flow matching and autoencoders with {@code generative.py}. */
class GenerativeParityTest {
  private static final Engine ENGINE = Engine.of(CpuBackend.create(1));
  private static final Shape IMAGE = Shape.of(1, 4, 4);
  private static final int[] LABELS = {2, 0, TimedNetwork.NO_LABEL};
  private static final SampleRequest REQUEST = new SampleRequest(0, 0, 3, LABELS);

  /** The same network as in {@code generative.py}. */
  private static final TimedNetwork NETWORK =
      (x, timesteps, labels) -> {
        double[] offsets = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
          offsets[i] = 0.1 * labels[i];
        }
        return io.troupe.nn.layers.Activation.TANH
            .forward(x.mul(0.7))
            .mul(0.5 + timesteps[0] / 2000)
            .add(PerImage.factors(x.dtype(), offsets));
      };

  private TorchFile file;
  private Scope scope;

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @BeforeEach
  void open() {
    file = TorchFile.open("generative/generative");
    scope = ENGINE.open("test");
  }

  @AfterEach
  void leave() {
    scope.close();
    file.close();
  }

  private static Diffusion diffusion(
      NoiseSchedule schedule, double scale, int numSteps, double eta) {
    return new Diffusion(
        NETWORK, schedule, new Guidance(0, scale), numSteps, eta, IMAGE, DType.FLOAT32);
  }

  @Test
  void noiseSchedulesMatchThePapers() {
    checkSchedule("linear", NoiseSchedule.linear(1000));
    checkSchedule("cosine", NoiseSchedule.cosine(1000));
  }

  private static void checkSchedule(String name, NoiseSchedule schedule) {
    try (SafetensorsFile stored =
        SafetensorsFile.open(
            ReferenceModel.resources().resolve("io/troupe/nn/generative/generative.safetensors"))) {
      double[] expected = stored.load(name).toDoubles();
      for (int t = 0; t < expected.length; t++) {
        assertThat(schedule.alphaBar(t) / expected[t])
            .as("%s %d", name, t)
            .isCloseTo(1, within(1e-10));
      }
      assertThat(expected).hasSize(1000);
    }
  }

  @Test
  void addedNoiseMatchesThePaper() {
    Tensor noised =
        diffusion(NoiseSchedule.cosine(1000), 1, 1, 0)
            .noised(
                file.get("noised.images"), new double[] {0, 500, 999}, file.get("noised.noise"));
    file.check(noised, "noised.out");
  }

  @Test
  void ancestralStepsMatchDdpm() {
    NoiseSchedule schedule = NoiseSchedule.linear(8, 1e-3, 0.2);
    Diffusion diffusion = diffusion(schedule, 1, 8, 1);
    Tensor x = file.get("ddpm.start");
    for (int t = 7; t >= 0; t--) {
      Tensor noise = NETWORK.forward(x, PerImage.sameTime(t, 3), LABELS);
      x = diffusion.previous(x, noise, t, t - 1, file.get("ddpm.noise." + t));
      file.check(x, "ddpm.x." + t);
    }
  }

  @Test
  void guidedImplicitSamplesMatchDdim() {
    Diffusion diffusion = diffusion(NoiseSchedule.linear(1000), 2.5, 10, 0);
    file.check(diffusion.denoised(file.get("ddim.start"), REQUEST), "ddim.end");
  }

  @ParameterizedTest
  @EnumSource
  void flowMatchingSamplesMatchTheFormulas(FlowMatching.Solver solver) {
    boolean isEuler = solver == FlowMatching.Solver.EULER;
    FlowMatching flow =
        new FlowMatching(
            NETWORK, new Guidance(0, 1), solver, isEuler ? 7 : 5, IMAGE, DType.FLOAT32);
    file.check(
        flow.followed(file.get("flow.start"), REQUEST), isEuler ? "flow.euler" : "flow.midpoint");
  }

  @Test
  void vaeMatchesPyTorch() {
    Vae vae = new Vae(Shape.of(2, 3, 4), 7, 3, Initializer.undefined(DType.FLOAT32));
    file.load("vae.param.", vae);
    Tensor images = file.get("images");
    Vae.Encoded encoded = vae.encode(images);
    file.check(encoded.mean(), "vae.mean");
    file.check(encoded.logVariance(), "vae.logvar");
    file.check(vae.reconstruct(images), "vae.reconstruction");
    Tensor loss = vae.loss(images, file.get("vae.noise"));
    file.check(loss, "vae.loss");
    loss.backward();
    file.checkGradients("vae.grad.", vae);
  }

  @Test
  void autoencoderMatchesPyTorch() {
    Autoencoder autoencoder =
        new Autoencoder(Shape.of(2, 3, 4), 7, 3, Initializer.undefined(DType.FLOAT32));
    file.load("autoencoder.param.", autoencoder);
    Tensor images = file.get("images");
    file.check(autoencoder.forward(images), "autoencoder.y");
    Tensor loss = autoencoder.loss(images, new int[0], null);
    file.check(loss, "autoencoder.loss");
    loss.backward();
    file.checkGradients("autoencoder.grad.", autoencoder);
  }
}
