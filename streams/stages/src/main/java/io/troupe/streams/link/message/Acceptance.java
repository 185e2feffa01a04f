package io.troupe.streams.link.message;

/** The answer of a handler to the start of a message. */
public sealed interface Acceptance {
  /**
   * The body is written to a destination.
   *
   * @param destination receives the body
   */
  record Into(Destination destination) implements Acceptance {}

  /**
   * The message has no effect.
   *
   * @param reason cause for the log
   */
  record Refused(String reason) implements Acceptance {}
}
