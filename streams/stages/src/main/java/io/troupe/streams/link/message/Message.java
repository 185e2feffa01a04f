package io.troupe.streams.link.message;

/**
 * A message to send.
 *
 * @param kind kind, which selects the handler of the receiver
 * @param epoch epoch of the sender, 0 or more; a receiver rejects older epochs than its own
 * @param attributes describe the body, at most {@link #MAX_ATTRIBUTE_BYTES}; the receiver has them
 *     before the first byte of the body
 * @param body body
 */
@SuppressWarnings("ArrayRecordComponent") // copied, and read by the transport only
public record Message(Kind kind, long epoch, byte[] attributes, Payload body) {
  /** Maximum number of bytes of the attributes; with a name they fit the smallest frame. */
  public static final int MAX_ATTRIBUTE_BYTES = 512;

  /** Checks the ranges and copies the attributes. */
  public Message {
    attributes = attributes.clone();
    if (attributes.length > MAX_ATTRIBUTE_BYTES) {
      throw new IllegalArgumentException(
          "attributes of a message of kind %s must have at most %d bytes, got %d"
              .formatted(kind, MAX_ATTRIBUTE_BYTES, attributes.length));
    }
    if (epoch < 0) {
      throw new IllegalArgumentException(
          "epoch of a message of kind " + kind + " must be 0 or more, got " + epoch);
    }
  }
}
