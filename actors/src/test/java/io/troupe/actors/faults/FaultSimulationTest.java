package io.troupe.actors.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.faults.plan.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Simulated clusters hold every invariant under faults, and a seed determines everything. */
final class FaultSimulationTest {
  private static final int NUM_SEEDS = 250;
  private static final int NUM_REPEATED = 8;
  private static final int NUM_NODES = 10_000;

  @Test
  void hundredsOfSeedsViolateNothingAndShowEveryFault() throws InterruptedException {
    FaultReport report =
        new FaultRuns(seed -> FaultSimulation.simulate(seed, 0), 2).run(1, NUM_SEEDS, _ -> {});

    assertThat(report.failures().stream().map(f -> f.seed() + ": " + f.violation())).isEmpty();
    assertThat(report.witnesses().unseen()).isEmpty();
    assertThat(report.checks().counts().values()).doesNotContain(0L);
  }

  @Test
  void aSeedHasTheSameTraceInAnyOrderAndThread() throws InterruptedException {
    Map<Long, Long> first = new TreeMap<>();
    for (long seed = NUM_REPEATED; seed >= 1; seed--) {
      first.put(seed, FaultSimulation.simulate(seed, 100).traceHash());
    }
    Map<Long, Long> second = new TreeMap<>();
    new FaultRuns(seed -> FaultSimulation.simulate(seed, 0), 2)
        .run(1, NUM_REPEATED, result -> second.put(result.seed(), result.traceHash()));

    assertThat(second).isEqualTo(first);
    assertThat(first.values()).doesNotHaveDuplicates();
  }

  @Test
  void aSeedHasTheSameTraceInAnotherJvm() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            TraceHashes.class.getName(),
            Integer.toString(NUM_REPEATED));
    Process other = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output.lines().toList()).isEqualTo(TraceHashes.of(NUM_REPEATED));
  }

  /** Prints the hashes of the first seeds. */
  static final class TraceHashes {
    private TraceHashes() {}

    public static void main(String[] arguments) {
      of(Integer.parseInt(arguments[0])).forEach(System.out::println);
    }

    static List<String> of(int numSeeds) {
      List<String> hashes = new ArrayList<>();
      for (long seed = 1; seed <= numSeeds; seed++) {
        hashes.add(seed + " " + Long.toHexString(FaultSimulation.simulate(seed, 0).traceHash()));
      }
      return hashes;
    }
  }

  @Test
  void tenThousandRolloutNodesKeepQueuesAndStalenessBounded() {
    Scenario scenario = new Scenario(1, 1, 2, NUM_NODES, 64, 2, 1, 1, 2, 2000, 2);

    SeedResult result = FaultSimulation.undisturbed(scenario);

    assertThat(result.violation()).isEmpty();
    assertThat(result.groupsTrained()).isEqualTo(2 * 2000);
    assertThat(result.longestQueue()).isBetween(1, 2 * NUM_NODES);
  }
}
