package io.troupe.deploy.trials;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of a trial.
 *
 * @param trial name
 * @param status exit status of the cluster
 * @param sameWeights whether its weights are those of the local run
 * @param numFaults kills, or other faults
 * @param numStartedAgain processes that the supervisor started again
 * @param numEpochsShared epochs in which more than one node was the coordinator
 * @param groups by the log
 * @param usualStepNs median time between two commits
 * @param delays time without a committed step after each fault
 */
public record TrialResult(
    String trial,
    int status,
    boolean sameWeights,
    int numFaults,
    int numStartedAgain,
    int numEpochsShared,
    GroupCounts groups,
    long usualStepNs,
    List<Delay> delays) {

  /**
   * Time without progress.
   *
   * @param kind of the fault
   * @param seconds longest time between two commits after the fault, less the usual time
   */
  public record Delay(String kind, double seconds) {}

  /** Delays by kind of fault. */
  public Map<String, List<Double>> byKind() {
    return delays.stream()
        .collect(
            Collectors.groupingBy(
                Delay::kind, Collectors.mapping(Delay::seconds, Collectors.toList())));
  }

  /** Whether nothing shows that there were faults. */
  public boolean isUndisturbed() {
    return status == 0
        && sameWeights
        && numEpochsShared == 0
        && groups.numTwice() == 0
        && groups.numLost() == 0
        && groups.numDropped() == 0;
  }

  @Override
  public String toString() {
    return ("%s: status %d, weights %s, %d faults, %d processes started again, %d epochs"
            + " shared, %d groups trained"
            + " (%d issued again), %d twice, %d lost, %d dropped, usual step %.3f s, delays %s")
        .formatted(
            trial,
            status,
            sameWeights ? "equal" : "DIFFERENT",
            numFaults,
            numStartedAgain,
            numEpochsShared,
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
