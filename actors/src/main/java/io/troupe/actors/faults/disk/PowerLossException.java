package io.troupe.actors.faults.disk;

/** The node has lost power within an operation of its disk: its process has ended. */
public final class PowerLossException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PowerLossException(String node) {
    super(node + " has lost power");
  }
}
