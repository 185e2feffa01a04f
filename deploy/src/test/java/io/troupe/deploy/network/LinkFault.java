package io.troupe.deploy.network;

import java.time.Duration;
import java.util.List;

/** A fault of the network between nodes, which are named as their processes. */
sealed interface LinkFault {
  /** No fault. */
  LinkFault NONE = new Cut(List.of(), List.of(), false);

  /**
   * Packets between all nodes are lost.
   *
   * @param share of the packets, from 0 to 1
   */
  record Loss(double share) implements LinkFault {}

  /** Packets between all nodes arrive later, in both directions. */
  record Delay(Duration delay) implements LinkFault {}

  /**
   * No packets between two groups of nodes.
   *
   * @param from one group
   * @param to the other group
   * @param bothWays whether the packets of the other group are lost, too
   */
  record Cut(List<String> from, List<String> to, boolean bothWays) implements LinkFault {
    /** Copies the lists. */
    public Cut {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }

    private boolean holds(String sender, String receiver) {
      return from.contains(sender) && to.contains(receiver);
    }
  }

  /** Whether a packet is lost, given a random number from 0 to 1. */
  default boolean loses(String sender, String receiver, double random) {
    return switch (this) {
      case Loss(double share) -> random < share;
      case Delay _ -> false;
      case Cut cut -> cut.holds(sender, receiver) || cut.bothWays() && cut.holds(receiver, sender);
    };
  }

  /** How much later a packet arrives. */
  default Duration delay() {
    return this instanceof Delay(Duration delay) ? delay : Duration.ZERO;
  }

  /** The fault with the names of the nodes. */
  default String description() {
    return switch (this) {
      case Loss(double share) -> "%.0f %% loss".formatted(share * 100);
      case Delay(Duration delay) -> "%d ms delay".formatted(delay.toMillis());
      case Cut(List<String> from, List<String> to, boolean bothWays) ->
          "%s %s %s"
              .formatted(String.join(" ", from), bothWays ? "|" : "-x->", String.join(" ", to));
    };
  }
}
