package io.troupe.actors.cluster.protocol;

/** The result of decoding bytes as a control message. */
public sealed interface ControlDecoding {

  /** A message that satisfies all limits. */
  record Decoded(ControlMessage message) implements ControlDecoding {}

  /**
   * Bytes that are no acceptable message.
   *
   * @param rejection the kind, for counters
   * @param detail one line for the log, with at most 200 characters
   */
  record Rejected(Rejection rejection, String detail) implements ControlDecoding {}
}
