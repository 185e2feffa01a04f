package io.troupe.deploy.network;

import io.troupe.deploy.network.LinkFault.Cut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A fault of a trial.
 *
 * @param kind for the table
 * @param fault of the network
 */
record PlannedFault(String kind, LinkFault fault) {
  private static final double LOSS = 0.05;
  private static final Duration DELAY = Duration.ofMillis(50);

  /** Sets of faults. */
  enum Set {
    /** A share of all packets is lost. */
    LOSS,
    /** All packets arrive later. */
    DELAY,
    /** No packets between two nodes, for each pair. */
    PAIRS,
    /** No packets between one half of the nodes and the other, for each division. */
    HALVES,
    /** No packets from one node to another one, for each pair in both directions. */
    ONE_WAY
  }

  /** The faults of a set, for a cluster with these nodes. */
  static List<PlannedFault> of(Set set, List<String> nodes) {
    return switch (set) {
      case LOSS -> List.of(new PlannedFault("5 % loss", new LinkFault.Loss(LOSS)));
      case DELAY -> List.of(new PlannedFault("50 ms delay", new LinkFault.Delay(DELAY)));
      case PAIRS -> pairs(nodes, true);
      case ONE_WAY -> pairs(nodes, false);
      case HALVES -> halves(nodes);
    };
  }

  private static List<PlannedFault> pairs(List<String> nodes, boolean bothWays) {
    List<PlannedFault> faults = new ArrayList<>();
    for (String from : nodes) {
      for (String to : nodes) {
        if (bothWays ? nodes.indexOf(from) < nodes.indexOf(to) : !from.equals(to)) {
          faults.add(cut(List.of(from), List.of(to), bothWays));
        }
      }
    }
    return faults;
  }

  private static List<PlannedFault> halves(List<String> nodes) {
    List<PlannedFault> faults = new ArrayList<>();
    for (int chosen = 0; chosen < 1 << nodes.size(); chosen++) {
      List<String> one = side(nodes, chosen);
      List<String> other = side(nodes, ~chosen);
      boolean isOnce = one.size() < other.size() || one.contains(nodes.getFirst());
      if (one.size() == nodes.size() / 2 && isOnce) {
        boolean isFirst = one.contains(nodes.getFirst());
        faults.add(cut(isFirst ? one : other, isFirst ? other : one, true));
      }
    }
    return faults;
  }

  private static List<String> side(List<String> nodes, int chosen) {
    return nodes.stream().filter(node -> (chosen >> nodes.indexOf(node) & 1) == 1).toList();
  }

  private static PlannedFault cut(List<String> from, List<String> to, boolean bothWays) {
    String sign = bothWays ? " | " : " to ";
    return new PlannedFault(roles(from) + sign + roles(to), new Cut(from, to, bothWays));
  }

  private static String roles(List<String> nodes) {
    return nodes.stream()
        .map(node -> node.replaceAll("-\\d+", ""))
        .collect(Collectors.joining(" + "));
  }
}
