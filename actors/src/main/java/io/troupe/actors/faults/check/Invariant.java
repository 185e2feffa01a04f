package io.troupe.actors.faults.check;

/** The laws that hold at every moment of a simulation, whatever its faults. */
public enum Invariant {
  /** Groups are trained once or dropped. */
  TRAINED_ONCE("every group is trained in exactly one step, or dropped with a reason"),
  /** Epochs have one leader. */
  ONE_LEADER("an epoch has one coordinator"),
  /** Weights versions have one content. */
  ONE_CONTENT("a weights version has one content on every node"),
  /** Tokens are recent enough. */
  STALENESS("no token is older than max-staleness allows"),
  /** The log only grows. */
  LOG_PREFIX("a committed record never changes and is never lost"),
  /** Buffers are bounded. */
  BOUNDED_BUFFERS("queues and messages in flight are bounded"),
  /** Processes fail only of faults. */
  NO_FAILURE("no process fails except by an injected fault"),
  /** The run ends. */
  COMPLETION("after the last fault the run completes before its deadline"),
  /** The weights follow from configuration and log. */
  SAME_WEIGHTS(
      "the final weights are those of the log, and with max-staleness 0 those of an"
          + " undisturbed run");

  private final String law;

  Invariant(String law) {
    this.law = law;
  }

  /** The law as a sentence. */
  public String law() {
    return law;
  }
}
