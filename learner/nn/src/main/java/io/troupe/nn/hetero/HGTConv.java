package io.troupe.nn.hetero;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sizes;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.MatrixProducts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The convolution of the heterogeneous graph transformer (arXiv:2003.01332), as {@code
 * torch_geometric.nn.HGTConv}: each type of nodes has its own keys, queries and values, and each
 * type of edges transforms the keys and values of its sources and has a prior for each head. One
 * softmax covers all edges to a node.
 *
 * <p>The transformations of a type of edges are multiplied with the weights of keys and values
 * before they are applied to nodes, together with prior and scale: the same result except for
 * rounding, with fewer operations. Only requested types of targets are computed.
 */
public final class HGTConv extends Module {
  private final HeteroMetadata metadata;
  private final int outChannels;
  private final int heads;
  private final Map<String, Linear> kqvLin = new LinkedHashMap<>();
  private final Map<String, Linear> outLin = new LinkedHashMap<>();
  private final Map<String, Tensor> skip = new LinkedHashMap<>();
  private final Map<EdgeType, Tensor> pRel = new LinkedHashMap<>();
  private final Tensor kRel;
  private final Tensor vRel;

  /**
   * A convolution with PyTorch Geometric's initial values.
   *
   * @param inChannels features of each type of nodes
   * @param outChannels of all heads together, for every type
   */
  public HGTConv(
      Map<String, Integer> inChannels,
      int outChannels,
      HeteroMetadata metadata,
      int heads,
      Initializer initializer) {
    Sizes.requireMultiple("hidden_channels", outChannels, "heads", heads);
    this.metadata = metadata;
    this.outChannels = outChannels;
    this.heads = heads;
    for (String type : metadata.nodeTypes()) {
      Linear linear = Linear.of(inChannels.get(type), 3 * outChannels, true, initializer);
      kqvLin.put(type, child("kqv_lin.lins." + type, linear));
    }
    for (String type : metadata.nodeTypes()) {
      Linear linear = Linear.of(outChannels, outChannels, true, initializer);
      outLin.put(type, child("out_lin.lins." + type, linear));
      skip.put(type, parameter("skip." + type, initializer.constant(1, 1)));
    }
    int channels = outChannels / heads;
    int matrices = heads * metadata.edgeTypes().size();
    double bound = 1 / Math.sqrt(channels);
    this.kRel = parameter("k_rel.weight", initializer.uniform(bound, matrices, channels, channels));
    this.vRel = parameter("v_rel.weight", initializer.uniform(bound, matrices, channels, channels));
    for (EdgeType type : metadata.edgeTypes()) {
      pRel.put(type, parameter("p_rel." + type.name(), initializer.constant(1, 1, heads)));
    }
  }

  /** Applies the convolution to all types that are the target of a type of edges. */
  public Map<String, Tensor> forward(Map<String, Tensor> x, HeteroGraph graph) {
    return forward(x, graph, metadata.nodeTypes());
  }

  /**
   * Applies the convolution.
   *
   * @param x (nodes, inChannels) of the requested types and of the sources of edges to them
   * @param targets requested types
   * @return (nodes, outChannels) of each requested type that is the target of a type of edges
   */
  Map<String, Tensor> forward(Map<String, Tensor> x, HeteroGraph graph, List<String> targets) {
    List<EdgeType> types =
        metadata.edgeTypes().stream().filter(type -> targets.contains(type.target())).toList();
    Projected projected = project(x, types);
    JointEdges joint = graph.joint(types);
    Tensor queries = joined(joint.targets().stream().map(projected.queries::get).toList());
    Tensor keys = joined(types.stream().map(projected.keys::get).toList());
    Tensor values = joined(types.stream().map(projected.values::get).toList());

    Tensor scores = Aggregation.edgeProducts(joint.edges(), queries, keys, heads);
    Tensor shares = Aggregation.edgeSoftmax(joint.edges(), scores); // (edges, heads)
    Tensor received = Aggregation.sum(joint.edges(), values, shares);
    Map<String, Tensor> out = new LinkedHashMap<>();
    joint
        .firstRow()
        .forEach(
            (type, first) ->
                out.put(
                    type,
                    updated(
                        type, x.get(type), received.rows(first, first + graph.numNodes(type)))));
    return out;
  }

  private static Tensor joined(List<Tensor> parts) {
    return parts.size() == 1 ? parts.getFirst() : Indexing.cat(0, parts);
  }

  private Tensor updated(String type, Tensor x, Tensor received) {
    Tensor out = outLin.get(type).forward(Activation.GELU.forward(received));
    if (x.size(1) != outChannels) {
      return out;
    }
    Tensor share = Activation.SIGMOID.forward(skip.get(type));
    return x.add(out.sub(x).mul(share));
  }

  // ---- queries of targets; keys and values for each type of edges ------------------------------

  private record Projected(
      Map<String, Tensor> queries, Map<EdgeType, Tensor> keys, Map<EdgeType, Tensor> values) {}

  /** Each type of nodes is multiplied by all of its weights at once. */
  private Projected project(Map<String, Tensor> x, List<EdgeType> types) {
    Projected projected =
        new Projected(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    Tensor ofKeys = relations(kRel);
    Tensor ofValues = relations(vRel);
    for (String node : metadata.nodeTypes()) {
      List<EdgeType> sent = types.stream().filter(type -> type.source().equals(node)).toList();
      boolean receives = types.stream().anyMatch(type -> type.target().equals(node));
      List<Weights> weights = new ArrayList<>();
      if (receives) {
        weights.add(part(node, 1));
      }
      for (EdgeType type : sent) {
        int index = metadata.edgeTypes().indexOf(type);
        double scale = 1 / Math.sqrt((double) outChannels / heads);
        Tensor prior = pRel.get(type).reshape(heads, 1, 1).mul(scale);
        weights.add(part(node, 0).times(ofKeys.slice(index).mul(prior)));
        weights.add(part(node, 2).times(ofValues.slice(index)));
      }
      if (!weights.isEmpty()) {
        List<Tensor> results = multiplied(x.get(node), weights);
        int next = 0;
        if (receives) {
          projected.queries.put(node, results.get(next++));
        }
        for (EdgeType type : sent) {
          projected.keys.put(type, results.get(next++));
          projected.values.put(type, results.get(next++));
        }
      }
    }
    return projected;
  }

  private static List<Tensor> multiplied(Tensor x, List<Weights> weights) {
    return MatrixProducts.linear(
        x,
        weights.stream().map(Weights::weight).toArray(Tensor[]::new),
        weights.stream().map(Weights::bias).toArray(Tensor[]::new));
  }

  /** The matrices of each type of edges, transposed: (edge types, heads, out, in). */
  private Tensor relations(Tensor weight) {
    int channels = outChannels / heads;
    return weight
        .reshape(heads, metadata.edgeTypes().size(), channels, channels)
        .permute(1, 0, 3, 2);
  }

  /** Keys (0), queries (1) or values (2) of a type of nodes. */
  private Weights part(String node, int index) {
    Linear linear = kqvLin.get(node);
    int from = index * outChannels;
    return new Weights(
        linear.weight().rows(from, from + outChannels),
        linear.bias().rows(from, from + outChannels));
  }

  /**
   * A linear layer.
   *
   * @param weight (outChannels, inChannels)
   * @param bias (outChannels)
   */
  private record Weights(Tensor weight, Tensor bias) {
    /**
     * This layer, followed by a matrix for each head.
     *
     * @param relation (heads, out, in)
     */
    Weights times(Tensor relation) {
      int heads = relation.size(0);
      Tensor both = Indexing.cat(1, List.of(weight, bias.reshape(weight.size(0), 1)));
      Tensor product =
          relation
              .matmul(both.reshape(heads, weight.size(0) / heads, weight.size(1) + 1))
              .reshape(both.shape());
      return new Weights(
          product.narrow(1, 0, weight.size(1)),
          product.narrow(1, weight.size(1), 1).reshape(weight.size(0)));
    }
  }
}
