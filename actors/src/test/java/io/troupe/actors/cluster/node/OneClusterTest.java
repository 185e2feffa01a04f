package io.troupe.actors.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.CoordinatorNodes;
import io.troupe.actors.cluster.system.CoordinatorSingleton;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OneClusterTest {
  private static final Config HURRIED =
      ConfigFactory.parseString("pekko.cluster.seed-node-timeout = 500ms");

  @TempDir private Path folder;
  private final List<ClusterNode> nodes = new ArrayList<>();
  private ClusterKey key;
  private NodeAddress first;
  private NodeAddress second;
  private NodeAddress third;

  @BeforeEach
  void prepare() throws Exception {
    key = ClusterKey.loadOrCreate(folder.resolve("cluster.key"));
    first = new NodeAddress("127.0.0.1", 0).bound();
    second = new NodeAddress("127.0.0.1", 0).bound();
    third = new NodeAddress("127.0.0.1", 0).bound();
  }

  @AfterEach
  void close() {
    nodes.forEach(ClusterNode::close);
  }

  /** A node of three that does not wait long for the others. */
  private ClusterNode start(NodeAddress address) {
    List<NodeAddress> seeds = List.of(first, second, third);
    Config config = HURRIED.withFallback(NodeSystem.coordinator(address, key, 3, seeds));
    ClusterNode node = ClusterNode.listen(address, key, config);
    nodes.add(node);
    return node;
  }

  private static void startChoice(ClusterNode node, CountDownLatch isChosen) {
    CoordinatorSingleton.start(
        node.system(),
        Behaviors.setup(
            _ -> {
              isChosen.countDown();
              return Behaviors.empty();
            }),
        "stop");
  }

  /** The cluster that a node has formed because no other one answers. */
  private CoordinatorNodes clusterOfItsOwn(ClusterNode node) throws InterruptedException {
    CoordinatorNodes cluster = new CoordinatorNodes(node.system());
    await(() -> cluster.isWithout(second));
    return cluster;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20);
    }
  }

  @Test
  void aNodeInAClusterOfItsOwnIsNotChosen() throws Exception {
    ClusterNode node = start(first);
    CountDownLatch isChosen = new CountDownLatch(1); // this one, or later another one
    startChoice(node, isChosen);
    CoordinatorNodes cluster = clusterOfItsOwn(node);
    assertThat(isChosen.await(2, TimeUnit.SECONDS)).isFalse();
    assertThat(cluster.members()).isEmpty();
    startChoice(start(second), isChosen);
    assertThat(isChosen.await(20, TimeUnit.SECONDS)).isTrue();
    await(() -> cluster.members().size() == 2);
    assertThat(cluster.members()).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void aNodeInAnotherClusterThanTheCoordinatorFailsAfterAWhile() throws Exception {
    CoordinatorNodes cluster = clusterOfItsOwn(start(first));
    OneCluster watch = new OneCluster(cluster, Duration.ofSeconds(10));
    long limitNs = Duration.ofSeconds(10).toNanos();
    watch.look(Optional.of(second), 0);
    watch.look(Optional.of(second), limitNs);
    assertThatThrownBy(() -> watch.look(Optional.of(second), limitNs + 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("have formed two clusters")
        .hasMessageContaining(second.toString());
  }

  @Test
  void aCoordinatorThatIsOutsideForAMomentIsNoFailure() throws Exception {
    CoordinatorNodes cluster = clusterOfItsOwn(start(first));
    OneCluster watch = new OneCluster(cluster, Duration.ofSeconds(10));
    long minuteNs = Duration.ofMinutes(1).toNanos();
    watch.look(Optional.of(second), 0);
    watch.look(Optional.empty(), minuteNs);
    watch.look(Optional.of(second), 2 * minuteNs);
    watch.look(Optional.of(first), 3 * minuteNs);
    watch.look(Optional.of(second), 4 * minuteNs);
    assertThat(cluster.isWithout(first)).isFalse();
  }
}
