package io.troupe.streams.link.message;

import java.time.Duration;

/**
 * Bounds of the memory and time that a link spends on its peers.
 *
 * @param maxSenders number of senders whose frames are accepted
 * @param maxOpenMessages messages that one sender can have in transit to this node
 * @param maxActiveMessages messages in transit to one receiver, whose frames alternate; at most
 *     half of {@code maxOpenMessages}
 * @param maxQueuedMessages messages that wait for one receiver; more are rejected
 * @param maxAssemblyBytes memory of all messages that are being assembled
 * @param receiveTimeout time without a frame after which a message that is being received fails
 * @param stalledAfter time without an accepted frame after which a receiver that misses the
 *     deadline of a message is cut off
 * @param idleAfter time without a message after which the buffers of a receiver are released
 */
public record LinkLimits(
    int maxSenders,
    int maxOpenMessages,
    int maxActiveMessages,
    int maxQueuedMessages,
    long maxAssemblyBytes,
    Duration receiveTimeout,
    Duration stalledAfter,
    Duration idleAfter) {

  /** Checks the ranges. */
  public LinkLimits {
    if (maxSenders < 1 || maxQueuedMessages < 1 || maxAssemblyBytes < 0) {
      throw new IllegalArgumentException(
          "limits of a link must be at least 1, got %d senders, %d queued messages, %d bytes"
              .formatted(maxSenders, maxQueuedMessages, maxAssemblyBytes));
    }
    if (maxActiveMessages < 1 || maxOpenMessages < 2 * maxActiveMessages) {
      throw new IllegalArgumentException(
          "open messages of a sender must be at least twice the %d active ones, got %d"
              .formatted(maxActiveMessages, maxOpenMessages));
    }
  }

  /** The defaults. */
  public static LinkLimits defaults() {
    return new LinkLimits(
        1024,
        16,
        8,
        256,
        256L << 20,
        Duration.ofSeconds(10),
        Duration.ofMillis(500),
        Duration.ofSeconds(60));
  }
}
