package io.troupe.actors.cluster.link;

import io.troupe.actors.cluster.protocol.Environment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Nodes that were not reached lately, to which others are preferred for a while: the network to
 * them may be cut, although both sides hear from the coordinator.
 *
 * @param <N> identifies a node
 */
public final class Avoided<N> {
  /** How long a node is avoided, in times of the silence after which it was not reached. */
  private static final int SILENCES = 30;

  private final Environment environment;
  private final long durationNs;
  private final Map<N, Long> untilNs = new HashMap<>();

  /** No nodes. */
  public Avoided(Environment environment, Duration silence) {
    this.environment = environment;
    this.durationNs = silence.multipliedBy(SILENCES).toNanos();
  }

  /** A node was not reached. */
  public void add(N node) {
    long now = environment.nanoTime();
    untilNs.values().removeIf(time -> time - now <= 0);
    untilNs.put(node, now + durationNs);
  }

  /** A node was reached. */
  public void remove(N node) {
    untilNs.remove(node);
  }

  /** Whether others are preferred to a node. */
  public boolean contains(N node) {
    Long until = untilNs.get(node);
    return until != null && until - environment.nanoTime() > 0;
  }
}
