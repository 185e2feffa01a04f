package io.troupe.actors.ledger;

/** The reason for dropping a group; summaries count groups by its label. */
public enum DropReason {
  /** A token was sampled by a policy older than {@code max-staleness} allows. */
  STALE("stale"),
  /** None of its samples has a score. */
  UNSCORABLE("unscorable"),
  /** Rollout actors failed with it {@code rollout.max-attempts} times. */
  ROLLOUT_FAILED("rollout-failed");

  private final String label;

  DropReason(String label) {
    this.label = label;
  }

  /** The name in {@code summary.json}. */
  public String label() {
    return label;
  }
}
