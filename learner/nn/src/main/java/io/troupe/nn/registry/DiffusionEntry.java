package io.troupe.nn.registry;

import io.troupe.nn.diffusers.UNet2DModel;
import io.troupe.nn.generative.Diffusion;
import io.troupe.nn.generative.NoiseSchedule;
import io.troupe.tensor.DType;
import java.util.List;
import java.util.Optional;

/** The entry of denoising diffusion. */
public final class DiffusionEntry extends TimedUNetEntry {
  private static final Hyperparameter<Integer> TIMESTEPS =
      Hyperparameter.whole("timesteps", 1000, 1, 100_000, "timesteps of the diffusion");
  private static final Hyperparameter<String> SCHEDULE =
      Hyperparameter.choice("schedule", "linear", List.of("linear", "cosine"), "noise schedule");
  private static final Hyperparameter<String> SAMPLER =
      Hyperparameter.choice(
          "sampler",
          "ddim",
          List.of("ddim", "ddpm"),
          "ddim takes sample_steps, ddpm all timesteps and draws noise in each");
  private static final Hyperparameter<Integer> SAMPLE_STEPS =
      Hyperparameter.whole("sample_steps", 50, 1, 100_000, "steps of ddim, up to timesteps");
  private static final Hyperparameter<Double> ETA =
      Hyperparameter.real("eta", 0, 0, 1, "fraction of random noise in a step of ddim");

  /** The entry named {@code ddpm}. */
  public DiffusionEntry() {
    super(
        "ddpm",
        "denoising diffusion on diffusers' UNet2DModel, which predicts the noise; DDPM and DDIM"
            + " sampling");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return with(TIMESTEPS, SCHEDULE, SAMPLER, SAMPLE_STEPS, ETA);
  }

  @Override
  public List<Capability<UNet2DModel>> capabilities() {
    return List.of(
        new Capability.LearnImages<>(DiffusionEntry::diffusion),
        new Capability.SampleImages<>(
            DiffusionEntry::diffusion, Optional.of(NUM_CLASSES), Optional.of(SAMPLER)));
  }

  private static Diffusion diffusion(UNet2DModel module, Settings settings, DType dtype) {
    int timesteps = settings.get(TIMESTEPS);
    boolean isImplicit = settings.get(SAMPLER).equals("ddim");
    return new Diffusion(
        network(module),
        NoiseSchedule.named(settings.get(SCHEDULE), timesteps),
        guidance(settings),
        isImplicit ? settings.get(SAMPLE_STEPS) : timesteps,
        isImplicit ? settings.get(ETA) : 1,
        image(settings),
        dtype);
  }
}
