package io.troupe.nn.registry;

import io.troupe.nn.generative.Diffusion;
import io.troupe.nn.generative.NoiseSchedule;
import io.troupe.nn.generative.TimedNetwork;
import io.troupe.nn.vision.UNet;
import io.troupe.tensor.DType;
import java.util.List;
import java.util.Optional;

/** The entry of denoising diffusion. */
public final class DiffusionEntry extends TimedUNetEntry {
  static final Hyperparameter<Integer> TIMESTEPS =
      Hyperparameter.whole("timesteps", 1000, 1, 100_000, "timesteps of the diffusion");
  static final Hyperparameter<String> SCHEDULE =
      Hyperparameter.choice("schedule", "linear", List.of("linear", "cosine"), "noise schedule");
  static final Hyperparameter<String> SAMPLER =
      Hyperparameter.choice(
          "sampler",
          "ddim",
          List.of("ddim", "ddpm"),
          "ddim takes sample_steps, ddpm all timesteps and draws noise in each");
  static final Hyperparameter<Integer> SAMPLE_STEPS =
      Hyperparameter.whole("sample_steps", 50, 1, 100_000, "steps of ddim, up to timesteps");
  static final Hyperparameter<Double> ETA =
      Hyperparameter.real("eta", 0, 0, 1, "fraction of random noise in a step of ddim");

  /** The entry named {@code ddpm}. */
  public DiffusionEntry() {
    super("ddpm", "denoising diffusion on a U-Net that predicts the noise; DDPM and DDIM sampling");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return with(TIMESTEPS, SCHEDULE, SAMPLER, SAMPLE_STEPS, ETA);
  }

  @Override
  public List<Capability<UNet>> capabilities() {
    return List.of(
        new Capability.LearnImages<>(
            (module, settings, dtype) -> diffusion(module::forward, settings, dtype)),
        new Capability.SampleImages<>(
            (module, settings, dtype) -> diffusion(module::forward, settings, dtype),
            Optional.of(NUM_CLASSES),
            Optional.of(SAMPLER)));
  }

  /** The diffusion of a network by the settings of this entry. */
  static Diffusion diffusion(TimedNetwork network, Settings settings, DType dtype) {
    int timesteps = settings.get(TIMESTEPS);
    boolean isImplicit = settings.get(SAMPLER).equals("ddim");
    return new Diffusion(
        network,
        NoiseSchedule.named(settings.get(SCHEDULE), timesteps),
        guidance(settings),
        isImplicit ? settings.get(SAMPLE_STEPS) : timesteps,
        isImplicit ? settings.get(ETA) : 1,
        image(settings),
        dtype);
  }
}
