package io.troupe.deploy.kills;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of a trial.
 *
 * @param trial name
 * @param status exit status of the cluster
 * @param sameWeights whether its weights are those of the local run
 * @param numKills processes killed
 * @param numStartedAgain processes that the supervisor started again
 * @param groups by the log
 * @param usualStepNs median time between two commits
 * @param delays time without a committed step after each fault
 */
record TrialResult(
    String trial,
    int status,
    boolean sameWeights,
    int numKills,
    int numStartedAgain,
    GroupCounts groups,
    long usualStepNs,
    List<Delay> delays) {

  /**
   * Time without progress.
   *
   * @param kind of the fault
   * @param seconds longest time between two commits after the fault, less the usual time
   */
  record Delay(String kind, double seconds) {}

  /** Delays by kind of fault. */
  Map<String, List<Double>> byKind() {
    return delays.stream()
        .collect(
            Collectors.groupingBy(
                Delay::kind, Collectors.mapping(Delay::seconds, Collectors.toList())));
  }

  /** Whether nothing shows that processes were killed. */
  boolean isUndisturbed() {
    return status == 0
        && sameWeights
        && groups.numTwice() == 0
        && groups.numLost() == 0
        && groups.numDropped() == 0;
  }

  @Override
  public String toString() {
    return ("%s: status %d, weights %s, %d kills, %d processes started again, %d groups trained"
            + " (%d issued again), %d twice, %d lost, %d dropped, usual step %.3f s, delays %s")
        .formatted(
            trial,
            status,
            sameWeights ? "equal" : "DIFFERENT",
            numKills,
            numStartedAgain,
            groups.numTrained(),
            groups.numIssuedAgain(),
            groups.numTwice(),
            groups.numLost(),
            groups.numDropped(),
            usualStepNs / 1e9,
            delays.stream()
                .map(delay -> "%s %.2f s".formatted(delay.kind(), delay.seconds()))
                .toList());
  }
}
