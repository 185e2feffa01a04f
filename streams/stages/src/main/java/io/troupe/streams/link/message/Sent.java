package io.troupe.streams.link.message;

/**
 * A message whose last frame Aeron has accepted. The receiver may still lose it: only an answer of
 * the receiver shows that it has arrived.
 *
 * @param peer the receiver
 * @param kind kind of the message
 * @param messageId id of the message
 * @param bodyBytes size of its body
 */
public record Sent(Peer peer, Kind kind, long messageId, long bodyBytes) {}
