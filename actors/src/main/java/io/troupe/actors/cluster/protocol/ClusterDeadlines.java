package io.troupe.actors.cluster.protocol;

import io.troupe.protocols.config.DeadlineConfig;
import java.time.Duration;
import java.util.List;

/**
 * The deadlines and intervals of a clustered run.
 *
 * @param hello interval at which nodes renew their leases
 * @param lease time after the last hello when a node counts as gone; a pause of a node that is
 *     longer than this is a gap in its clock
 * @param adoption time in which a new coordinator waits for nodes that hold groups, before it
 *     assigns groups
 * @param resend interval at which content and requests are repeated until they are answered
 * @param reward scoring of one sample
 * @param group decoding of one group, and then scoring of it
 * @param silence time without any part of the content that was requested from a node, after which
 *     its answer is lost
 * @param weights time in which a rollout node must use a version that it was offered, or its groups
 *     go to others
 * @param state transfer of the state of a learner from one peer
 * @param minGradients least time to wait for the gradients of other learners
 * @param maxGradients longest time to wait for them; in between, twice the time of the own shards
 * @param batch time in which a step must be trained, or the run ends
 */
public record ClusterDeadlines(
    Duration hello,
    Duration lease,
    Duration adoption,
    Duration resend,
    Duration reward,
    Duration group,
    Duration silence,
    Duration weights,
    Duration state,
    Duration minGradients,
    Duration maxGradients,
    Duration batch) {

  /** Checks that each is positive, and that a lease outlasts a lost hello. */
  public ClusterDeadlines {
    for (Duration duration :
        List.of(
            hello,
            lease,
            adoption,
            resend,
            reward,
            group,
            silence,
            weights,
            state,
            minGradients,
            maxGradients,
            batch)) {
      if (!duration.isPositive()) {
        throw new IllegalArgumentException("deadlines must be > 0, got " + duration);
      }
    }
    if (lease.compareTo(hello.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "lease must be >= twice the interval of hellos, %s, got %s".formatted(hello, lease));
    }
    if (maxGradients.compareTo(minGradients) < 0) {
      throw new IllegalArgumentException(
          "longest wait for gradients must be >= the least, %s, got %s"
              .formatted(minGradients, maxGradients));
    }
  }

  /** The deadlines of a run, with leases of 2 s. */
  public static ClusterDeadlines of(DeadlineConfig config) {
    return new ClusterDeadlines(
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
        Duration.ofMillis(750),
        Duration.ofSeconds(1),
        config.reward(),
        config.group(),
        Duration.ofSeconds(2),
        config.weights(),
        Duration.ofSeconds(30),
        Duration.ofMillis(200),
        Duration.ofSeconds(10),
        config.batch());
  }
}
