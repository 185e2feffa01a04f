package io.troupe.actors.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.cluster.system.NodeAddress;
import io.troupe.actors.cluster.system.NodeSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClusterNodeTest {
  @TempDir private Path folder;

  private ClusterNode coordinatorNode() throws Exception {
    ClusterKey key = ClusterKey.loadOrCreate(folder.resolve("cluster.key"));
    NodeAddress address = new NodeAddress("127.0.0.1", 0).bound();
    Config config = NodeSystem.coordinator(address, key, 1, List.of(address));
    return ClusterNode.listen(address, key, config);
  }

  @Test
  void aNodeThatIsDownedFails() throws Exception {
    try (ClusterNode node = coordinatorNode()) {
      assertThatThrownBy(() -> awaitWhileDowned(node))
          .isInstanceOf(NodeFailedException.class)
          .hasMessageContaining("have lost contact with each other");
    }
  }

  @Test
  void aNodeThatIsDownedFailsAlthoughItsActorSystemDoesNotEnd() throws Exception {
    CountDownLatch actorsMayStop = new CountDownLatch(1);
    try (ClusterNode node = coordinatorNode()) {
      node.system().systemActorOf(stopsAfter(actorsMayStop), "late", Props.empty());
      assertThatThrownBy(() -> awaitWhileDowned(node))
          .isInstanceOf(NodeFailedException.class)
          .hasMessageContaining("have lost contact with each other");
    } finally {
      assertThat(actorsMayStop.getCount()).isEqualTo(1);
      actorsMayStop.countDown();
    }
  }

  private static Behavior<Object> stopsAfter(CountDownLatch latch) {
    return Behaviors.setup(
        _ ->
            Behaviors.receive(Object.class)
                .onSignal(
                    PostStop.class,
                    _ -> {
                      latch.await();
                      return Behaviors.same();
                    })
                .build());
  }

  /** Downs a node, which has an effect once it has joined. */
  private static void awaitWhileDowned(ClusterNode node) throws InterruptedException {
    Address self =
        Address.apply("pekko", NodeSystem.NAME, node.address().host(), node.address().port());
    do {
      Cluster.get(node.system()).manager().tell(new Down(self));
    } while (node.await(Duration.ofMillis(100)).isEmpty());
  }

  @Test
  void aNodeThatIsClosedDoesNotFail() throws Exception {
    ClusterNode node = coordinatorNode();
    node.close();
    node.end("");
    assertThat(node.await()).isEmpty();
  }
}
