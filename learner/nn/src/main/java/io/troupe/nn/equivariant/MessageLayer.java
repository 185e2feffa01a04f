package io.troupe.nn.equivariant;

import io.troupe.nn.Module;
import io.troupe.nn.layers.Activation;
import io.troupe.nn.layers.Initializer;
import io.troupe.nn.layers.Layer;
import io.troupe.nn.layers.Linear;
import io.troupe.nn.layers.Sequential;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Indexing;
import io.troupe.tensor.autograd.MatrixProducts;
import java.util.List;

/**
 * A layer of message passing (arXiv:1704.01212) with the parameters of {@code GCL} in the code of
 * EGNN: a perceptron computes a message for each pair of nodes, another one updates each node from
 * the sum of its messages.
 *
 * <p>The first linear layer of the messages is applied to nodes, before their rows are copied to
 * pairs: the same result except for rounding, with fewer operations.
 */
sealed class MessageLayer extends Module permits EquivariantLayer {
  private final int width;
  private final Linear ofPair;
  private final Layer messageRest;
  private final Layer nodeMlp;
  private final Layer gate; // null without attention
  private final boolean residual;

  /**
   * A layer with PyTorch's initial values.
   *
   * @param width features of a node and of a message
   * @param pairFeatures features of a pair, at least 1
   * @param residual whether the update is added to the node's features
   * @param attention whether each message is scaled by a learned number in (0, 1)
   */
  MessageLayer(
      int width, int pairFeatures, boolean residual, boolean attention, Initializer initializer) {
    this.width = width;
    this.residual = residual;
    this.ofPair = Linear.of(2 * width + pairFeatures, width, true, initializer);
    Linear second = Linear.of(width, width, true, initializer);
    child("edge_mlp", Sequential.of(ofPair, Activation.SILU, second, Activation.SILU));
    this.messageRest = Sequential.of(Activation.SILU, second, Activation.SILU);
    this.nodeMlp =
        child(
            "node_mlp",
            Sequential.of(
                Linear.of(2 * width, width, true, initializer),
                Activation.SILU,
                Linear.of(width, width, true, initializer)));
    this.gate =
        attention
            ? child(
                "att_mlp",
                Sequential.of(Linear.of(width, 1, true, initializer), Activation.SIGMOID))
            : null;
  }

  /**
   * The message of each pair.
   *
   * @param h (nodes, width)
   * @param pairs (pairs, pairFeatures)
   * @return (pairs, width)
   */
  final Tensor messages(Tensor h, NodePairs edges, Tensor pairs) {
    Tensor weight = ofPair.weight();
    Tensor ofReceiver = weight.narrow(1, 0, width);
    Tensor ofSender = weight.narrow(1, width, width);
    Tensor ofFeatures = weight.narrow(1, 2 * width, weight.size(1) - 2 * width);
    Tensor first =
        edges
            .ofReceivers(MatrixProducts.linear(h, ofReceiver, null))
            .add(edges.ofSenders(MatrixProducts.linear(h, ofSender, null)))
            .add(MatrixProducts.linear(pairs, ofFeatures, ofPair.bias()));
    Tensor messages = messageRest.forward(first);
    return gate == null ? messages : messages.mul(gate.forward(messages));
  }

  /**
   * The features of each node after it received its messages.
   *
   * @param h (nodes, width)
   * @param messages (pairs, width)
   * @return (nodes, width)
   */
  final Tensor update(Tensor h, NodePairs edges, Tensor messages) {
    Tensor updated = nodeMlp.forward(Indexing.cat(1, List.of(h, edges.sum(messages))));
    return residual ? h.add(updated) : updated;
  }
}
