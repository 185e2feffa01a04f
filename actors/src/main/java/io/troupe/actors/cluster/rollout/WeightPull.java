package io.troupe.actors.cluster.rollout;

import io.troupe.actors.cluster.link.Avoided;
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
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Pulls versions of the weights from other nodes, swaps them in, and keeps the newest two as a
 * source for others. A pull that has begun is finished before that of a newer version, so that a
 * slow node makes progress. A source that was silent is asked last for a while, so that a link that
 * is cut delays one version, not every one.
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
  private final Avoided<NodeId> silent;
  private final Set<NodeId> asked = new HashSet<>(); // for the version that is pulled
  private NewVersion pulling; // null while nothing is pulled
  private NodeId source; // null while none is asked
  private boolean isSwapping;
  private NewVersion newer; // the newest that was announced meanwhile
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
    this.silent = new Avoided<>(environment, silence);
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
      if (newer == null || announced.version() >= newer.version()) {
        newer = announced;
      }
    } else if (announced.version() == pulling.version()) {
      otherSources(announced);
    } else {
      rejections.count(Rejection.NOT_EXPECTED);
    }
  }

  /** The coordinator names sources again: the one in use is gone, or there are more. */
  private void otherSources(NewVersion announced) {
    if (isSwapping) {
      return;
    }
    if (!announced.sources().contains(source)) {
      start(announced);
      return;
    }
    pulling = announced;
    if (silent.contains(source) && next().filter(other -> !silent.contains(other)).isPresent()) {
      nextSource();
    }
  }

  private void start(NewVersion announced) {
    pulling = announced;
    asked.clear();
    nextSource();
  }

  /** The source to ask next: in the order of the offer, but those last that were silent. */
  private Optional<NodeId> next() {
    return pulling.sources().stream()
        .filter(node -> !asked.contains(node))
        .min(Comparator.comparing(silent::contains)); // the first of equals
  }

  private void nextSource() {
    timer.cancel();
    Optional<NodeId> node = next();
    if (node.isPresent()) {
      source = node.get();
      asked.add(source);
      environment.send(source, new RequestWeights(link.epoch(), self, pulling.version()));
      awaitPart();
    } else {
      end(); // the coordinator sees the old version in the next hellos and names other sources
    }
  }

  private void awaitPart() {
    timer.cancel();
    timer = environment.after(silence, this::isSilent);
  }

  private void isSilent() {
    silent.add(source);
    nextSource();
  }

  /** A part of a version has arrived: the source sends. */
  void arriving() {
    if (pulling != null && !isSwapping) {
      awaitPart();
    }
  }

  private void end() {
    pulling = null;
    NewVersion newest = newer;
    newer = null;
    if (newest != null && newest.version() > version) {
      start(newest);
    }
  }

  void noWeights(NoWeights answer) {
    if (isExpected(answer.version()) && answer.node().equals(source)) {
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
      silent.remove(source);
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
