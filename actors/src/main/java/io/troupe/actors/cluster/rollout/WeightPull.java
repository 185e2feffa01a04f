package io.troupe.actors.cluster.rollout;

import io.troupe.actors.cluster.link.CoordinatorLink;
import io.troupe.actors.cluster.protocol.BulkMessage.WeightsVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.NewVersion;
import io.troupe.actors.cluster.protocol.ControlMessage.NoWeights;
import io.troupe.actors.cluster.protocol.ControlMessage.RequestWeights;
import io.troupe.actors.cluster.protocol.Environment;
import io.troupe.actors.cluster.protocol.NodeId;
import io.troupe.actors.cluster.protocol.Outcome;
import io.troupe.actors.cluster.protocol.Rejection;
import io.troupe.actors.cluster.protocol.Rejections;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Pulls versions of the weights from other nodes, swaps them in, and keeps the newest two as a
 * source for others. A pull that has begun is finished before that of a newer version, so that a
 * slow node makes progress.
 */
final class WeightPull {
  private static final int MAX_KEPT = 2;

  private final NodeId self;
  private final Environment environment;
  private final CoordinatorLink link;
  private final Duration silence;
  private final DecodingWork work;
  private final Rejections rejections;
  private final LongConsumer onSwapped;
  private final TreeMap<Long, WeightsVersion> kept = new TreeMap<>();
  private long version = -1;
  private NewVersion pulling; // null while nothing is pulled
  private int source;
  private boolean isSwapping;
  private NewVersion next; // the newest that was announced meanwhile
  private Environment.Timer timer = () -> {};

  /**
   * A node without weights.
   *
   * @param silence time without any part of a version after which its source is not waited for
   * @param onSwapped is called with each version that is in use
   */
  WeightPull(
      NodeId self,
      Environment environment,
      CoordinatorLink link,
      Duration silence,
      DecodingWork work,
      Rejections rejections,
      LongConsumer onSwapped) {
    this.self = self;
    this.environment = environment;
    this.link = link;
    this.silence = silence;
    this.work = work;
    this.rejections = rejections;
    this.onSwapped = onSwapped;
  }

  /** The version in use; -1 before the first. */
  long version() {
    return version;
  }

  /** A version that this node can give to others. */
  Optional<WeightsVersion> kept(long wanted) {
    return Optional.ofNullable(kept.get(wanted));
  }

  /** A version exists. Not called for versions that are in use. */
  void announced(NewVersion announced) {
    if (pulling == null) {
      start(announced);
    } else if (announced.version() > pulling.version()) {
      if (next == null || announced.version() >= next.version()) {
        next = announced;
      }
    } else if (announced.version() == pulling.version() && hasLostSource(announced)) {
      timer.cancel();
      start(announced);
    } else {
      rejections.count(Rejection.NOT_EXPECTED);
    }
  }

  /** Whether the coordinator has named other sources, since the one in use is gone. */
  private boolean hasLostSource(NewVersion announced) {
    return !isSwapping && !announced.sources().contains(pulling.sources().get(source));
  }

  private void start(NewVersion announced) {
    pulling = announced;
    source = 0;
    request();
  }

  private void request() {
    environment.send(
        pulling.sources().get(source), new RequestWeights(link.epoch(), self, pulling.version()));
    awaitPart();
  }

  private void awaitPart() {
    timer.cancel();
    timer = environment.after(silence, this::nextSource);
  }

  /** A part of a version has arrived: the source sends. */
  void arriving() {
    if (pulling != null && !isSwapping) {
      awaitPart();
    }
  }

  private void nextSource() {
    timer.cancel();
    source++;
    if (source < pulling.sources().size()) {
      request();
    } else {
      end(); // the coordinator sees the old version in the next hellos and names other sources
    }
  }

  private void end() {
    pulling = null;
    NewVersion newest = next;
    next = null;
    if (newest != null && newest.version() > version) {
      start(newest);
    }
  }

  void noWeights(NoWeights answer) {
    if (isExpected(answer.version()) && answer.node().equals(pulling.sources().get(source))) {
      nextSource();
    } else {
      rejections.count(Rejection.NOT_EXPECTED);
    }
  }

  private boolean isExpected(long arrived) {
    return pulling != null && !isSwapping && pulling.version() == arrived;
  }

  void arrived(WeightsVersion weights) {
    if (!isExpected(weights.version())) {
      rejections.count(Rejection.NOT_EXPECTED);
    } else if (weights.checksum() != pulling.checksum()) {
      rejections.count(Rejection.WRONG_CONTENT);
      nextSource();
    } else {
      timer.cancel();
      isSwapping = true;
      work.swap(weights, outcome -> swapped(weights, outcome));
    }
  }

  private void swapped(WeightsVersion weights, Outcome<Long> outcome) {
    isSwapping = false;
    switch (outcome) {
      case Outcome.Done<Long> _ -> {
        version = weights.version();
        kept.put(version, weights);
        while (kept.size() > MAX_KEPT) {
          kept.pollFirstEntry();
        }
        onSwapped.accept(version);
        end();
      }
      case Outcome.Failed<Long> _ -> {
        rejections.count(Rejection.WRONG_CONTENT);
        nextSource();
      }
    }
  }

  void stop() {
    timer.cancel();
  }
}
