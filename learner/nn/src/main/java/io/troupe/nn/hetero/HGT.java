package io.troupe.nn.hetero;

import io.troupe.nn.graph.NodeFeatures;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Dropout;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.random.Philox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The heterogeneous graph transformer (arXiv:2003.01332): a linear layer for each type of nodes,
 * {@link HGTConv} layers, and a linear layer for the target type. Parameters have the names of
 * PyTorch Geometric's example {@code hgt_dblp.py}.
 *
 * <p>Each convolution computes only the types of nodes that the following ones need. Difference
 * from the example: in training there is dropout, of the features of nodes and before each
 * convolution.
 */
public final class HGT extends HeteroNodeClassifier {
  private final Map<String, Linear> linDict = new LinkedHashMap<>();
  private final List<HGTConv> convs = new ArrayList<>();
  private final List<List<String>> targets; // of each convolution
  private final Linear lin;
  private final Dropout dropout;

  /**
   * A network with PyTorch Geometric's initial values.
   *
   * @param metadata types of the graph
   * @param target type of the nodes that are classified
   * @param inChannels features of a node of each type
   * @param hiddenChannels of all heads together
   * @param numLayers convolutions, at least 1
   * @param dropout probability of each feature in training
   * @throws IllegalArgumentException if a later convolution needs a type of nodes that is not the
   *     target of any type of edges
   */
  public HGT(
      HeteroMetadata metadata,
      String target,
      Map<String, Integer> inChannels,
      int hiddenChannels,
      int heads,
      int numLayers,
      int outChannels,
      double dropout,
      Initializer initializer) {
    super(metadata, target);
    this.targets = targets(metadata, target, numLayers);
    Map<String, Integer> hidden = new LinkedHashMap<>();
    for (String type : metadata.nodeTypes()) {
      Linear linear = Linear.of(inChannels.get(type), hiddenChannels, true, initializer);
      linDict.put(type, child("lin_dict." + type, linear));
      hidden.put(type, hiddenChannels);
    }
    for (int i = 0; i < numLayers; i++) {
      convs.add(
          child("convs." + i, new HGTConv(hidden, hiddenChannels, metadata, heads, initializer)));
    }
    this.lin = child("lin", Linear.of(hiddenChannels, outChannels, true, initializer));
    this.dropout = child("dropout", new Dropout(dropout, Philox.of(0)));
  }

  /** The types that each convolution computes, so that the last one has its inputs. */
  private static List<List<String>> targets(HeteroMetadata metadata, String target, int numLayers) {
    List<List<String>> targets = new ArrayList<>();
    targets.add(List.of(target));
    for (int i = 1; i < numLayers; i++) {
      targets.addFirst(inputs(metadata, targets.getFirst()));
    }
    for (List<String> computed : targets) {
      for (String type : computed) {
        if (metadata.into(type).isEmpty()) {
          throw new IllegalArgumentException(
              "node type %s must be the target of a type of edges for hgt; add the reverse edges"
                  .formatted(type));
        }
      }
    }
    return targets;
  }

  /** The types that a convolution reads to compute some types. */
  private static List<String> inputs(HeteroMetadata metadata, List<String> computed) {
    return metadata.nodeTypes().stream()
        .filter(
            type ->
                computed.contains(type)
                    || metadata.edgeTypes().stream()
                        .anyMatch(e -> e.source().equals(type) && computed.contains(e.target())))
        .toList();
  }

  @Override
  public boolean learnsFromSamples() {
    return true;
  }

  @Override
  Tensor scores(Map<String, NodeFeatures> x, HeteroGraph graph) {
    Map<String, Tensor> h = new LinkedHashMap<>();
    for (String type : inputs(metadata(), targets.getFirst())) {
      Linear linear = linDict.get(type);
      NodeFeatures dropped = x.get(type).dropout(dropout);
      Tensor projected = dropped.project(linear.weight()).add(linear.bias());
      h.put(type, Activation.RELU.forward(projected));
    }
    for (int i = 0; i < convs.size(); i++) {
      h.replaceAll((_, features) -> dropout.forward(features));
      h = convs.get(i).forward(h, graph, targets.get(i));
    }
    return lin.forward(h.get(target()));
  }
}
