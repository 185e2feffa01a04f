package io.troupe.deploy.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.troupe.deploy.cluster.Launch;
import io.troupe.deploy.network.LinkFault.Cut;
import io.troupe.deploy.trials.LocalRun;
import io.troupe.deploy.trials.TrialResult;
import io.troupe.deploy.trials.TrialSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of processes in network namespaces, with faults, has the weights of a local run. */
final class NetworkFaultTest {
  private static final int STEPS = 60;
  private static final Duration FAULT = Duration.ofMillis(2500);

  @TempDir private Path folder;

  @Test
  void faultsOfTheNetworkDoNotChangeTheWeights() throws Exception {
    TrialSetup setup =
        new TrialSetup(Launch.command(List.of()), folder, LocalRun.settings(STEPS), 1, 2, 1, 0, 0);
    Deque<PlannedFault> faults = new ArrayDeque<>();
    faults.add(new PlannedFault("", new Cut(List.of("coordinator-1"), List.of("rollout-1"), true)));
    faults.add(new PlannedFault("", new Cut(List.of("learner-1"), List.of("learner-2"), true)));
    List<String> rows = new ArrayList<>();
    try (NamespaceNetwork network = network(setup)) {
      TrialResult result =
          NetworkTrial.run(setup, "cluster", network, faults, FAULT, LocalRun.of(setup), rows::add);
      assertThat(result.isUndisturbed()).as("%s %s", result, rows).isTrue();
      assertThat(result.numFaults()).isPositive();
      assertThat(result.groups().numTrained()).isEqualTo(STEPS * 8);
      assertThat(network.packetSwitch().numLost()).as("packets lost").isPositive();
    }
  }

  private static NamespaceNetwork network(TrialSetup setup) {
    try {
      return NamespaceNetwork.create(setup.names(), 1);
    } catch (IOException e) {
      return abort("network namespaces are not available here: " + e.getMessage());
    }
  }
}
