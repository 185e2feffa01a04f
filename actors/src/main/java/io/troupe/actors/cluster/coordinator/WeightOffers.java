package io.troupe.actors.cluster.coordinator;

import io.troupe.actors.cluster.protocol.ControlMessage.NewVersion;
import io.troupe.actors.cluster.protocol.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Offers the newest weights to rollout nodes. A source serves a few nodes at once; a node that has
 * the weights becomes a source, so that the transfers form a tree.
 */
final class WeightOffers {
  private static final int MAX_SOURCES = 3; // named in an offer: the first one, and two in reserve

  private final Outbox outbox;
  private final int maxPulls;
  private final long pullNs;
  private final long resendNs;
  private final Consumer<RolloutMember> onChanged;
  private final TreeSet<RolloutMember> waiting =
      new TreeSet<>(Comparator.comparingInt(member -> member.id));
  private final Map<RolloutMember, Pull> pulls = new LinkedHashMap<>(); // by deadline
  private final Map<NodeId, Source> sources = new LinkedHashMap<>();
  private final TreeSet<Source> available =
      new TreeSet<>(
          Comparator.comparingInt((Source source) -> source.active)
              .thenComparingInt(source -> source.id));
  private long version = -1;
  private long checksum;
  private int nextSourceId;

  /** A transfer that is on its way, as far as this node knows. */
  private static final class Pull {
    final Source source;
    final long deadlineNs;
    NewVersion offer;
    long sentNs;

    Pull(Source source, NewVersion offer, long nowNs, long pullNs) {
      this.source = source;
      this.offer = offer;
      this.sentNs = nowNs;
      this.deadlineNs = nowNs + pullNs;
    }
  }

  /** A node that has the newest version. */
  private static final class Source {
    final NodeId node;
    final int id;
    int active;

    Source(NodeId node, int id) {
      this.node = node;
      this.id = id;
    }
  }

  /**
   * Offers of weights.
   *
   * @param onChanged is called with each node whose offer or version has changed
   */
  WeightOffers(Outbox outbox, CoordinatorSettings settings, Consumer<RolloutMember> onChanged) {
    this.outbox = outbox;
    this.maxPulls = settings.maxPulls();
    this.pullNs = settings.deadlines().weights().toNanos();
    this.resendNs = settings.deadlines().resend().toNanos();
    this.onChanged = onChanged;
  }

  /** The newest version that is announced; -1 if none is. */
  long version() {
    return version;
  }

  /** A new version exists. Its sources are reported afterwards. */
  void announce(long newVersion, long newChecksum, Iterable<RolloutMember> members) {
    version = newVersion;
    checksum = newChecksum;
    sources.clear();
    available.clear();
    for (RolloutMember member : members) {
      if (member.policyVersion < version && !pulls.containsKey(member)) {
        waiting.add(member);
      }
    }
  }

  /** A node has a version; it is a source if that is the newest. */
  void hasVersion(NodeId node, long itsVersion) {
    if (itsVersion == version && !sources.containsKey(node)) {
      Source source = new Source(node, nextSourceId++);
      sources.put(node, source);
      available.add(source);
      offer();
    }
  }

  /** A rollout node is new, or has a version in use. */
  void isAt(RolloutMember member, long itsVersion) {
    member.policyVersion = Math.max(member.policyVersion, itsVersion);
    Pull pull = pulls.get(member);
    if (pull == null || member.policyVersion >= member.offeredVersion) {
      endPull(member);
      member.offeredVersion = member.policyVersion;
      if (member.policyVersion < version) {
        waiting.add(member);
      } else {
        waiting.remove(member);
        hasVersion(member.node, member.policyVersion);
      }
      offer();
    } else {
      repeat(member, pull);
    }
    onChanged.accept(member);
  }

  /**
   * The offer was lost, or none of its sources has answered: the node asks once more. If there are
   * more sources by now, it hears of them at once, because those that it knows may be out of its
   * reach. Sources may have forgotten a version that is not the newest any longer; the newest is
   * offered instead, and a node that is receiving the older one continues with that first.
   */
  private void repeat(RolloutMember member, Pull pull) {
    boolean isNewest = pull.offer.version() == version;
    boolean isDue = outbox.nowNs() - pull.sentNs > resendNs;
    if (isNewest && (isDue || hasMoreSources(pull))) {
      pull.sentNs = outbox.nowNs();
      pull.offer = new NewVersion(outbox.epoch(), version, checksum, sourcesFor(pull.source));
      outbox.send(member, pull.offer);
    } else if (isDue) {
      offerAgain(member);
      offer();
    }
  }

  private boolean hasMoreSources(Pull pull) {
    return pull.offer.sources().size() < Math.min(MAX_SOURCES, available.size());
  }

  private void offerAgain(RolloutMember member) {
    endPull(member);
    member.offeredVersion = member.policyVersion;
    waiting.add(member);
  }

  private void endPull(RolloutMember member) {
    Pull pull = pulls.remove(member);
    if (pull != null && available.remove(pull.source)) {
      pull.source.active--;
      available.add(pull.source);
    }
  }

  private void offer() {
    while (!waiting.isEmpty() && !available.isEmpty() && available.first().active < maxPulls) {
      RolloutMember member = waiting.pollFirst();
      Source source = available.pollFirst();
      source.active++;
      available.add(source);
      NewVersion message = new NewVersion(outbox.epoch(), version, checksum, sourcesFor(source));
      pulls.put(member, new Pull(source, message, outbox.nowNs(), pullNs));
      member.offeredVersion = version;
      outbox.send(member, message);
      onChanged.accept(member);
    }
  }

  private List<NodeId> sourcesFor(Source first) {
    List<NodeId> nodes = new ArrayList<>();
    nodes.add(first.node);
    for (Iterator<Source> others = available.iterator();
        nodes.size() < MAX_SOURCES && others.hasNext(); ) {
      Source other = others.next();
      if (other != first) {
        nodes.add(other.node);
      }
    }
    return nodes;
  }

  /** A node is lost, as a source and as a receiver. */
  void gone(NodeId node) {
    Source source = sources.remove(node);
    if (source != null) {
      available.remove(source);
    }
    List<RolloutMember> stranded =
        pulls.entrySet().stream()
            .filter(pull -> pull.getValue().source.node.equals(node))
            .map(Map.Entry::getKey)
            .toList();
    for (RolloutMember member : stranded) {
      pulls.remove(member);
      member.offeredVersion = member.policyVersion;
      if (member.policyVersion < version && !member.isGone) {
        waiting.add(member);
      }
    }
    offer();
  }

  void gone(RolloutMember member) {
    endPull(member);
    waiting.remove(member);
    gone(member.node);
    offer();
  }

  /** Ends offers that no source has served in time; the node gets another one. */
  List<RolloutMember> expired() {
    List<RolloutMember> expired = new ArrayList<>();
    for (Map.Entry<RolloutMember, Pull> entry : pulls.entrySet()) {
      if (outbox.nowNs() - entry.getValue().deadlineNs < 0) {
        break;
      }
      expired.add(entry.getKey());
    }
    expired.forEach(this::offerAgain);
    offer();
    return expired;
  }
}
