package io.troupe.actors.faults.network;

/**
 * The quality of a link in one direction. Probabilities are per message, from 0 to 1.
 *
 * @param loss that a message does not arrive
 * @param duplicate that it arrives twice
 * @param reorder that it may overtake others or be overtaken
 * @param delay that it is late by up to {@code maxDelayNs}
 * @param maxDelayNs in nanoseconds
 * @param corrupt that bits of it change
 */
public record LinkFaults(
    double loss, double duplicate, double reorder, double delay, long maxDelayNs, double corrupt) {

  /** A link without faults. */
  public static final LinkFaults NONE = new LinkFaults(0, 0, 0, 0, 0, 0);
}
