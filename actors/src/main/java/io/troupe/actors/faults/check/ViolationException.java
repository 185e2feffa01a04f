package io.troupe.actors.faults.check;

/** An invariant does not hold. */
public final class ViolationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Invariant invariant;

  /** A violation, described in one line. */
  public ViolationException(Invariant invariant, String message) {
    super(message);
    this.invariant = invariant;
  }

  /** The invariant that does not hold. */
  public Invariant invariant() {
    return invariant;
  }
}
