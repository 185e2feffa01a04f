package io.troupe.deploy.kills;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.deploy.cluster.Launch;
import io.troupe.deploy.kills.PlannedFault.Action;
import io.troupe.deploy.trials.LocalRun;
import io.troupe.deploy.trials.TrialResult;
import io.troupe.deploy.trials.TrialSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of real processes, of which some are killed, has the weights of a local run. */
final class ClusterKillTest {
  private static final int STEPS = 26;

  @TempDir private Path folder;

  @Test
  void killedProcessesDoNotChangeTheWeights() throws Exception {
    TrialSetup setup =
        new TrialSetup(Launch.command(List.of()), folder, LocalRun.settings(STEPS), 1, 2, 1, 0, 0);
    List<PlannedFault> faults =
        List.of(
            new PlannedFault("rollout-1", Action.KILL, 3, Duration.ZERO),
            new PlannedFault("learner-2", Action.KILL, 10, Duration.ofMillis(10)),
            new PlannedFault("coordinator-1", Action.KILL, 18, Duration.ofMillis(20)));
    TrialResult result = KillTrial.run(setup, "cluster", faults, false, LocalRun.of(setup));
    assertThat(result.isUndisturbed()).as(result.toString()).isTrue();
    assertThat(result.numFaults()).isEqualTo(3);
    assertThat(result.numStartedAgain()).as("processes started again").isGreaterThanOrEqualTo(3);
    assertThat(result.groups().numTrained()).isEqualTo(STEPS * 8);
  }
}
