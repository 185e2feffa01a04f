package io.troupe.rollout.constraint.automaton;

/** An automaton needs more states than its limit. */
public final class TooManyStatesException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int limit;

  TooManyStatesException(int limit) {
    super("the number of automaton states must be at most " + limit + ", got more");
    this.limit = limit;
  }

  /** The maximum number of states. */
  public int limit() {
    return limit;
  }
}
