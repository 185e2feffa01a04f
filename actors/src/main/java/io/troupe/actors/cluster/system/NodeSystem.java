package io.troupe.actors.cluster.system;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.run.SystemConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration of a node's actor system.
 *
 * <p>Only coordinator nodes are members of the Pekko cluster, which decides where the coordinator
 * runs. All other nodes are known by the leases that they renew. So thousands of rollout nodes may
 * come and go without gossip, none is downed or quarantined, and a node that was suspended simply
 * goes on.
 */
public final class NodeSystem {
  /** Name of the actor system of every node. */
  public static final String NAME = "troupe";

  /**
   * How long the first seed waits for answers of the others before it forms a cluster. If all of
   * them answer that they have none, it does not wait. A shorter time lets a node that is started
   * again on a busy machine form a second cluster beside that of the others.
   */
  private static final Duration FIRST_SEED_WAITS = Duration.ofSeconds(10);

  private NodeSystem() {}

  /**
   * The configuration of a node that has no part in the Pekko cluster.
   *
   * @param address to listen on
   * @param key of the cluster
   */
  public static Config worker(NodeAddress address, ClusterKey key) {
    return ConfigFactory.parseString("pekko.actor.provider = remote")
        .withFallback(remoting(address, key));
  }

  /**
   * The configuration of a coordinator node.
   *
   * @param numCoordinators 1 or 3. One forms a cluster of its own; of three, two must be in contact
   * @param seeds addresses of coordinator nodes; the first one forms the cluster, if the others
   *     have none that it could join
   */
  public static Config coordinator(
      NodeAddress address, ClusterKey key, int numCoordinators, List<NodeAddress> seeds) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("pekko.actor.provider", "cluster");
    settings.put("pekko.cluster.roles", List.of("coordinator"));
    settings.put(
        "pekko.cluster.seed-nodes",
        seeds.stream().map(seed -> "pekko://" + NAME + "@" + seed).toList());
    int quorum = numCoordinators / 2 + 1;
    settings.put("pekko.cluster.split-brain-resolver.static-quorum.quorum-size", quorum);
    settings.put("pekko.cluster.min-nr-of-members", quorum);
    if (address.equals(seeds.getFirst())) {
      settings.put("pekko.cluster.seed-node-timeout", FIRST_SEED_WAITS);
    }
    return ConfigFactory.parseMap(settings).withFallback(remoting(address, key));
  }

  private static Config remoting(NodeAddress address, ClusterKey key) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("pekko.remote.artery.canonical.hostname", address.host());
    settings.put("pekko.remote.artery.canonical.port", address.port());
    String ssl = "pekko.remote.artery.ssl.config-ssl-engine.";
    settings.put(ssl + "key-store", key.file().toString());
    settings.put(ssl + "trust-store", key.file().toString());
    for (String password : List.of("key-store-password", "key-password", "trust-store-password")) {
      settings.put(ssl + password, ClusterKey.PASSWORD);
    }
    return ConfigFactory.parseMap(settings)
        .withFallback(ConfigFactory.load().getConfig("troupe-cluster"))
        .withFallback(SystemConfig.load());
  }
}
