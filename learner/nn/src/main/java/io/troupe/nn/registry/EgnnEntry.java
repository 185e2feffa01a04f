package io.troupe.nn.registry;

import io.troupe.nn.equivariant.EGNN;
import io.troupe.nn.equivariant.EquivariantOptions;
import io.troupe.nn.equivariant.NodePairs;
import io.troupe.nn.layers.Initializer;
import io.troupe.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The entry of EGNN. Inputs are the features {@code h} and the coordinates {@code x} of nodes,
 * {@code edge_index} (receivers, senders) and, where the settings require them, {@code edge_attr}
 * and {@code vel}; the output has the new coordinates. The defaults are for the N-body experiment.
 */
public final class EgnnEntry implements ModelEntry<EGNN> {
  private static final Hyperparameter<Integer> IN_NODE_NF =
      Hyperparameter.whole("in_node_nf", 1, 1, 1 << 16, "features of a node");
  private static final Hyperparameter<Integer> IN_EDGE_NF =
      Hyperparameter.whole("in_edge_nf", 2, 0, 1 << 16, "features of a pair of nodes");
  private static final Hyperparameter<Integer> OUT_NODE_NF =
      Hyperparameter.whole("out_node_nf", 1, 1, 1 << 16, "features of a node in the output");
  private static final Hyperparameter<Boolean> RESIDUAL =
      Hyperparameter.flag(
          "residual", true, "whether the update of a node is added to its features");
  private static final Hyperparameter<Boolean> ATTENTION =
      Hyperparameter.flag("attention", false, "whether messages are scaled by learned numbers");
  private static final Hyperparameter<Boolean> NORMALIZE =
      Hyperparameter.flag("normalize", false, "whether differences have length 1");
  private static final Hyperparameter<Boolean> TANH =
      Hyperparameter.flag("tanh", false, "whether the weight of a difference is within (-1, 1)");
  private static final Hyperparameter<String> COORDS_AGG =
      Hyperparameter.choice(
          "coords_agg", "mean", List.of("mean", "sum"), "aggregation of the moves of a node");
  private static final Hyperparameter<Boolean> VELOCITY =
      Hyperparameter.flag("velocity", true, "whether nodes also move along their velocities");

  @Override
  public String name() {
    return "egnn";
  }

  @Override
  public Family family() {
    return Family.GNN;
  }

  @Override
  public String summary() {
    return "E(n)-equivariant graph network for particles";
  }

  @Override
  public List<Hyperparameter<?>> hyperparameters() {
    return List.of(
        IN_NODE_NF,
        IN_EDGE_NF,
        ParticleSettings.HIDDEN_NF,
        OUT_NODE_NF,
        ParticleSettings.N_LAYERS,
        RESIDUAL,
        ATTENTION,
        NORMALIZE,
        TANH,
        COORDS_AGG,
        VELOCITY);
  }

  @Override
  public EGNN build(Settings settings, Initializer initializer) {
    EquivariantOptions options =
        new EquivariantOptions(
            settings.get(RESIDUAL),
            settings.get(ATTENTION),
            settings.get(NORMALIZE),
            settings.get(TANH),
            settings.get(COORDS_AGG).equals("mean"),
            settings.get(VELOCITY));
    return new EGNN(
        settings.get(IN_NODE_NF),
        settings.get(IN_EDGE_NF),
        settings.get(ParticleSettings.HIDDEN_NF),
        settings.get(OUT_NODE_NF),
        settings.get(ParticleSettings.N_LAYERS),
        options,
        initializer);
  }

  @Override
  public List<InputTensor> inputs(Settings settings) {
    List<InputTensor> inputs = new ArrayList<>();
    inputs.add(
        InputTensor.floats(
            "h", ParticleSettings.NODES, InputSize.exactly("features", settings.get(IN_NODE_NF))));
    inputs.add(ParticleSettings.vectors("x"));
    inputs.add(ParticleSettings.edgeIndex());
    if (settings.get(IN_EDGE_NF) > 0) {
      inputs.add(ParticleSettings.edgeAttr(settings.get(IN_EDGE_NF)));
    }
    if (settings.get(VELOCITY)) {
      inputs.add(ParticleSettings.vectors("vel"));
    }
    return inputs;
  }

  @Override
  public List<Capability<EGNN>> capabilities() {
    return List.of(new Capability.PredictPositions<>(model -> model));
  }

  @Override
  public Tensor predict(EGNN model, Map<String, Tensor> inputs) {
    Tensor h = inputs.get("h");
    NodePairs pairs = ParticleSettings.pairs(inputs, h.size(0));
    return model.forward(h, inputs.get("x"), pairs, inputs.get("edge_attr"), inputs.get("vel")).x();
  }
}
