package io.troupe.actors.faults.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.troupe.actors.faults.fault.Witnesses;
import io.troupe.actors.faults.network.Block;
import io.troupe.actors.faults.network.SimulatedNetwork;
import io.troupe.actors.faults.time.Dice;
import io.troupe.actors.faults.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One reachable node runs the coordinator; another one takes over after a failure. */
final class SimulatedMembershipTest {
  private static final List<String> NODES = List.of("c1", "c2", "c3");

  private final Timeline timeline = new Timeline(new Dice(1, "ties"));
  private final SimulatedNetwork network =
      new SimulatedNetwork(timeline, new Dice(1, "network"), new Witnesses());
  private final TestHosts hosts = new TestHosts();
  private final SimulatedMembership membership =
      new SimulatedMembership(timeline, new Dice(1, "membership"), network, NODES, hosts);

  private void runUntil(Duration time) {
    while (timeline.runNext(time.toNanos())) {
      // the events run
    }
  }

  @Test
  void theOldestNodeRunsTheCoordinator() {
    membership.start();
    runUntil(Duration.ofSeconds(60));

    assertThat(hosts.coordinators).containsExactly("c1");
    assertThat(hosts.history).containsExactly("start c1");
  }

  @Test
  void anotherNodeTakesOverFromADeadOneWithinSeconds() {
    membership.start();
    runUntil(Duration.ofSeconds(20));
    hosts.kill("c1");
    runUntil(Duration.ofSeconds(28));

    assertThat(hosts.coordinators).containsExactly("c2");
  }

  @Test
  void aRestartedNodeIsTheYoungest() {
    membership.start();
    runUntil(Duration.ofSeconds(20));
    hosts.kill("c1");
    hosts.start("c1");
    runUntil(Duration.ofSeconds(25));
    assertThat(hosts.coordinators).containsExactly("c2");
  }

  @Test
  void anIsolatedNodeExitsAndTheMajorityTakesOver() {
    membership.start();
    runUntil(Duration.ofSeconds(20));
    for (String other : List.of("c2", "c3")) {
      network.block("c1", other, Block.BOTH_WAYS);
      network.block(other, "c1", Block.BOTH_WAYS);
    }
    runUntil(Duration.ofSeconds(30));

    assertThat(hosts.history).contains("exit c1", "start c2");
    assertThat(hosts.coordinators).containsExactly("c2");
  }

  @Test
  void aSecondCoordinatorRunsForAWhile() {
    membership.start();
    runUntil(Duration.ofSeconds(1));

    assertThat(membership.startSecond(Duration.ofSeconds(2))).isTrue();
    assertThat(hosts.coordinators).containsExactlyInAnyOrder("c1", "c2");
    runUntil(Duration.ofSeconds(4));

    assertThat(hosts.coordinators).containsExactly("c1");
  }

  private static final class TestHosts implements SimulatedMembership.Hosts {
    private final Map<String, Long> incarnations = new HashMap<>();
    private final Set<String> running = new HashSet<>(NODES);
    private final Set<String> coordinators = new HashSet<>();
    private final List<String> history = new ArrayList<>();

    void kill(String node) {
      running.remove(node);
      coordinators.remove(node);
    }

    void start(String node) {
      running.add(node);
      incarnations.merge(node, 1L, Long::sum);
    }

    @Override
    public boolean isRunning(String node) {
      return running.contains(node);
    }

    @Override
    public long incarnation(String node) {
      return incarnations.getOrDefault(node, 0L);
    }

    @Override
    public void startCoordinator(String node) {
      history.add("start " + node);
      coordinators.add(node);
    }

    @Override
    public void stopCoordinator(String node) {
      history.add("stop " + node);
      coordinators.remove(node);
    }

    @Override
    public void exit(String node) {
      history.add("exit " + node);
      kill(node);
    }
  }
}
