package io.troupe.serving.weights;

import io.troupe.rollout.service.RunningRequests;
import io.troupe.serving.request.InvalidFieldException;

/** The names of {@link RunningRequests} in the APIs and on the command line. */
public final class UpdateMode {
  private UpdateMode() {}

  /**
   * The behavior with a name: {@code keep} (running requests continue on the new weights, with keys
   * and values computed again), {@code wait} (they end first) or {@code abort} (they are canceled).
   *
   * @param field that has the name
   * @throws InvalidFieldException if there is no such name
   */
  public static RunningRequests of(String field, String name) {
    return switch (name) {
      case "keep" -> RunningRequests.RECOMPUTE;
      case "wait" -> RunningRequests.WAIT;
      case "abort" -> RunningRequests.ABORT;
      default -> throw InvalidFieldException.of(field, "keep, wait or abort", name);
    };
  }
}
