package io.troupe.actors.faults.cluster;

/** A process has failed, and no injected fault explains it. */
public final class UnexpectedFailureException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnexpectedFailureException(String node, RuntimeException cause) {
    super(node + " failed: " + cause, cause);
  }
}
