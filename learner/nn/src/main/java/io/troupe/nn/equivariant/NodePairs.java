package io.troupe.nn.equivariant;

import io.troupe.tensor.Csr;
import io.troupe.tensor.Tensor;
import io.troupe.tensor.autograd.Aggregation;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Ordered pairs of nodes that exchange messages. The first node of a pair receives the message, the
 * second one sends it, as {@code row} and {@code col} of the original EGNN code.
 *
 * <p>Copies from nodes to pairs and sums over the pairs of a node are products with sparse
 * matrices, so that results and gradients do not depend on the number of threads. Immutable.
 */
public final class NodePairs {
  private final Csr receiverOfPair;
  private final Csr senderOfPair;

  private NodePairs(Csr receiverOfPair, Csr senderOfPair) {
    this.receiverOfPair = receiverOfPair;
    this.senderOfPair = senderOfPair;
  }

  /**
   * Pairs of nodes.
   *
   * @param receivers the first node of each pair
   * @param senders the second node of each pair
   * @throws IllegalArgumentException if a node does not exist
   */
  public static NodePairs of(int numNodes, int[] receivers, int[] senders) {
    int[] pairs = IntStream.range(0, receivers.length).toArray();
    return new NodePairs(
        Csr.of(pairs.length, numNodes, pairs, receivers),
        Csr.of(pairs.length, numNodes, Arrays.copyOf(pairs, senders.length), senders));
  }

  /**
   * All ordered pairs of different nodes within each of several groups of equal size, as {@code
   * get_edges_batch} of the original code.
   */
  public static NodePairs complete(int numGroups, int groupSize) {
    int perGroup = groupSize * (groupSize - 1);
    int[] receivers = new int[Math.multiplyExact(numGroups, perGroup)];
    int[] senders = new int[receivers.length];
    int next = 0;
    for (int group = 0; group < numGroups; group++) {
      for (int i = 0; i < groupSize; i++) {
        for (int j = 0; j < groupSize; j++) {
          if (i != j) {
            receivers[next] = group * groupSize + i;
            senders[next++] = group * groupSize + j;
          }
        }
      }
    }
    return of(numGroups * groupSize, receivers, senders);
  }

  /** The number of pairs. */
  public int numPairs() {
    return receiverOfPair.numRows();
  }

  /** The number of nodes. */
  public int numNodes() {
    return receiverOfPair.numColumns();
  }

  /** The rows of the receivers: (nodes, features) to (pairs, features). */
  public Tensor ofReceivers(Tensor nodes) {
    return Aggregation.sum(receiverOfPair, nodes);
  }

  /** The rows of the senders: (nodes, features) to (pairs, features). */
  public Tensor ofSenders(Tensor nodes) {
    return Aggregation.sum(senderOfPair, nodes);
  }

  /** The sum over the pairs that a node receives from: (pairs, features) to (nodes, features). */
  Tensor sum(Tensor messages) {
    return Aggregation.sum(receiverOfPair.transposed(), messages);
  }

  /** The mean over the pairs that a node receives from; 0 for a node without pairs. */
  Tensor mean(Tensor messages) {
    return Aggregation.mean(receiverOfPair.transposed(), messages);
  }
}
