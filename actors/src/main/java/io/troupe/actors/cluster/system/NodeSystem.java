package io.troupe.actors.cluster.system;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.troupe.actors.cluster.key.ClusterKey;
import io.troupe.actors.run.SystemConfig;
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
   * @param seeds addresses of coordinator nodes, this one first if it may form the cluster
   */
  public static Config coordinator(
      NodeAddress address, ClusterKey key, int numCoordinators, List<NodeAddress> seeds) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("pekko.actor.provider", "cluster");
    settings.put("pekko.cluster.roles", List.of("coordinator"));
    settings.put(
        "pekko.cluster.seed-nodes",
        seeds.stream().map(seed -> "pekko://" + NAME + "@" + seed).toList());
    settings.put(
        "pekko.cluster.split-brain-resolver.static-quorum.quorum-size", numCoordinators / 2 + 1);
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
