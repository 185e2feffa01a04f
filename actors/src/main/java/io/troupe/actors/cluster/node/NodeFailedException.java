package io.troupe.actors.cluster.node;

/** A node of a clustered run failed. The message is one line. */
public final class NodeFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NodeFailedException(Throwable cause) {
    super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
  }
}
