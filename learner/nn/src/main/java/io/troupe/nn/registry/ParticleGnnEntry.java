package io.troupe.nn.registry;

import io.troupe.nn.equivariant.GNN;
import io.troupe.nn.equivariant.Particles;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The entry of the network over particles that is not equivariant. Inputs are the coordinates
 * {@code x} and velocities {@code vel} of nodes, {@code edge_index} (receivers, senders) and {@code
 * edge_attr}, the product of the charges of each pair.
 */
public final class ParticleGnnEntry implements ModelEntry<GNN> {
  /** With it the network has about as many parameters as {@code egnn}. */
  private static final Hyperparameter<Integer> HIDDEN_NF =
      Hyperparameter.whole("hidden_nf", 73, 1, 1 << 16, "features of a node between layers");

  @Override
  public String name() {
    return "gnn";
  }

  @Override
  public Family family() {
    return Family.GNN;
  }

  @Override
  public String summary() {
    return "plain graph network for particles, the baseline of egnn";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(HIDDEN_NF, ParticleSettings.N_LAYERS);
  }

  @Override
  public GNN build(Settings settings, Initializer initializer) {
    return new GNN(settings.get(HIDDEN_NF), settings.get(ParticleSettings.N_LAYERS), initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    return List.of(
        ParticleSettings.vectors("x"),
        ParticleSettings.vectors("vel"),
        ParticleSettings.edgeIndex(),
        ParticleSettings.edgeAttr(1));
  }

  @Override
  public List<Capability<GNN>> capabilities() {
    return List.of(new Capability.PredictPositions<>(model -> model));
  }

  @Override
  public Tensor predict(GNN model, Map<String, Tensor> inputs) {
    Tensor x = inputs.get("x");
    return model.forward(
        new Particles(
            x,
            inputs.get("vel"),
            ParticleSettings.pairs(inputs, x.size(0)),
            inputs.get("edge_attr")));
  }
}
