package io.troupe.actors.cluster.learner;

import io.troupe.actors.cluster.link.CoordinatorLink;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.NoWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestWeights;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;

/** The newest versions of the weights, for the nodes that pull them. */
final class WeightStore {
  private static final int MAX_KEPT = 2;
  private static final int MAX_WAITING = 64;

  private final NodeId self;
  private final Environment environment;
  private final CoordinatorLink link;
  private final Rejections rejections;
  private final TreeMap<Long, WeightsVersion> kept = new TreeMap<>();
  private final Set<NodeId> waiting = new LinkedHashSet<>();
  private long copying = -1;

  WeightStore(NodeId self, Environment environment, CoordinatorLink link, Rejections rejections) {
    this.self = self;
    this.environment = environment;
    this.link = link;
    this.rejections = rejections;
  }

  /** A version is being copied: requests for it wait. */
  void copying(long version) {
    copying = version;
    waiting.clear();
  }

  void copied(WeightsVersion version) {
    kept.put(version.version(), version);
    while (kept.size() > MAX_KEPT) {
      kept.pollFirstEntry();
    }
    if (version.version() == copying) {
      copying = -1;
      waiting.forEach(node -> environment.transfer(node, version));
      waiting.clear();
    }
  }

  void onRequest(RequestWeights request) {
    WeightsVersion version = kept.get(request.version());
    if (version != null) {
      environment.transfer(request.node(), version);
    } else if (request.version() == copying && waiting.size() < MAX_WAITING) {
      waiting.add(request.node());
    } else {
      rejections.count(Rejection.NOT_EXPECTED);
      environment.send(request.node(), new NoWeights(link.epoch(), self, request.version()));
    }
  }
}
