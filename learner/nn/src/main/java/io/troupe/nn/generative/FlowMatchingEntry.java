package io.troupe.nn.generative;

import io.troupe.nn.entry.Hyperparameter;
import io.troupe.nn.entry.Settings;
import io.troupe.nn.vision.UNet;
import io.troupe.tensor.DType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Flow matching in the catalog. */
public final class FlowMatchingEntry extends TimedUNetEntry {
  private static final Hyperparameter<String> SOLVER =
      Hyperparameter.choice(
          "solver", "midpoint", List.of("midpoint", "euler"), "how a path is followed");
  private static final Hyperparameter<Integer> SAMPLE_STEPS =
      Hyperparameter.whole("sample_steps", 25, 1, 100_000, "steps from noise to an image");

  /** Named {@code flow-matching}. */
  public FlowMatchingEntry() {
    super("flow-matching", "flow matching along straight paths on a U-Net; Euler and midpoint");
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return with(SOLVER, SAMPLE_STEPS);
  }

  @Override
  GenerativeModel generative(UNet module, Settings settings, DType dtype) {
    FlowMatching flow =
        new FlowMatching(
            module::forward,
            guidance(settings),
            FlowMatching.Solver.valueOf(settings.get(SOLVER).toUpperCase(Locale.ROOT)),
            settings.get(SAMPLE_STEPS),
            image(settings),
            dtype);
    return new GenerativeModel(flow, Optional.of(flow));
  }
}
