package io.troupe.nn.registry;

import io.troupe.nn.diffusers.UNet2DModel;
import io.troupe.nn.generative.FlowMatching;
import io.troupe.tensor.DType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The entry of flow matching. */
public final class FlowMatchingEntry extends TimedUNetEntry {
  private static final Hyperparameter<String> SOLVER =
      Hyperparameter.choice(
          "solver", "midpoint", List.of("midpoint", "euler"), "method of integration");
  private static final Hyperparameter<Integer> SAMPLE_STEPS =
      Hyperparameter.whole("sample_steps", 25, 1, 100_000, "steps from noise to an image");

  /** The entry named {@code flow-matching}. */
  public FlowMatchingEntry() {
    super(
        "flow-matching",
        "flow matching along straight paths on diffusers' UNet2DModel; Euler and midpoint");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return with(SOLVER, SAMPLE_STEPS);
  }

  @Override
  public List<Capability<UNet2DModel>> capabilities() {
    return List.of(
        new Capability.LearnImages<>(FlowMatchingEntry::flow),
        new Capability.SampleImages<>(
            FlowMatchingEntry::flow, Optional.of(NUM_CLASSES), Optional.of(SOLVER)));
  }

  private static FlowMatching flow(UNet2DModel module, Settings settings, DType dtype) {
    return new FlowMatching(
        network(module),
        guidance(settings),
        FlowMatching.Solver.valueOf(settings.get(SOLVER).toUpperCase(Locale.ROOT)),
        settings.get(SAMPLE_STEPS),
        image(settings),
        dtype);
  }
}
