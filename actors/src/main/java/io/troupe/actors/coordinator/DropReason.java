package io.troupe.actors.coordinator;

/** Why a group was dropped; the names that summaries count under. */
public enum DropReason {
  /** A token of it was sampled by a policy older than {@code max-staleness} allows. */
  STALE("stale"),
  /** Not one of its samples could be scored. */
  UNSCORABLE("unscorable"),
  /** Rollout actors died with it {@code rollout.max-attempts} times. */
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
