package io.troupe.streams.link.message;

import io.troupe.streams.link.frame.NodeHash;

/**
 * The identity of one start of a node.
 *
 * @param runId id of the run; frames of other runs are rejected
 * @param name name of the node, unique in the run
 * @param incarnation grows with each start of the node, 0 or more
 */
public record LinkIdentity(long runId, String name, long incarnation) {

  /** Checks the ranges. */
  public LinkIdentity {
    Names.check(name);
    if (incarnation < 0) {
      throw new IllegalArgumentException(
          "incarnation of " + name + " must be 0 or more, got " + incarnation);
    }
  }

  /** The hash that stands for this node as a sender. */
  public long senderHash() {
    return NodeHash.ofName(name);
  }

  /** The hash that stands for this start of the node as a receiver. */
  public long receiverHash() {
    return NodeHash.ofIncarnation(name, incarnation);
  }
}
