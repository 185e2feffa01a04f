package io.troupe.actors.supervised;

import io.troupe.data.dataset.DataSplits;
import io.troupe.data.nbody.NbodySource;
import io.troupe.nn.equivariant.ParticleNetwork;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.registry.BuiltModel;
import io.troupe.nn.registry.ModelEntry;
import io.troupe.protocols.config.GeneratedData;
import io.troupe.protocols.config.TrainConfig;
import io.troupe.streams.batch.LastBatch;
import io.troupe.tensor.DType;
import io.troupe.tensor.Scope;
import io.troupe.training.graph.ParticleTask;
import java.util.Optional;

/** Sets up a network over particles for simulated systems. */
final class ParticleSetup {
  private ParticleSetup() {}

  static SupervisedSetup of(TrainConfig config, ModelEntry<?> entry, Scope weights) {
    if (!GeneratedData.named(config.data()).equals(Optional.of(GeneratedData.NBODY))) {
      throw new IllegalArgumentException(
          "data for %s must be nbody, simulated particles, got %s"
              .formatted(entry.name(), config.data()));
    }
    BuiltModel<?> model;
    try (Scope.Entered _ = weights.enter()) {
      model =
          entry.create(
              entry.settings(config.modelSettings()), Initializer.of(DType.FLOAT32, config.seed()));
    }
    ParticleNetwork network = model.particleNetwork().orElseThrow();
    DataSplits splits = NbodySource.open(config.dataset().nbody());
    return new SupervisedSetup(
        model, new TrainingData(splits, config, LastBatch.KEEP), new ParticleTask(network));
  }
}
