package io.troupe.data.nbody;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.dataset.Normalization;
import io.troupe.protocols.config.NbodyConfig;
import io.troupe.tensor.random.Philox;
import java.util.Optional;

/** The simulated systems of {@code --data nbody}. */
public final class NbodySource {
  private NbodySource() {}

  /** Simulates the training, validation and test sets; about a millisecond for each system. */
  public static DataSplits open(NbodyConfig config) {
    return new DataSplits(
        "nbody: %,d training, %,d validation and %,d test systems of %d charged particles"
            .formatted(
                config.trainSystems(),
                config.validationSystems(),
                config.testSystems(),
                config.particles()),
        simulate(config, 0, config.trainSystems()),
        Optional.of(simulate(config, 1, config.validationSystems())),
        simulate(config, 2, config.testSystems()),
        Normalization.NONE,
        Optional.empty());
  }

  private static NbodyDataset simulate(NbodyConfig config, int part, int numSystems) {
    Philox draws = Philox.of(config.seed()).derive(part);
    return NbodyDataset.simulate(numSystems, config.particles(), draws);
  }
}
