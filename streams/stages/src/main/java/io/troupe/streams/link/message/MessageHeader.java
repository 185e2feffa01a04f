package io.troupe.streams.link.message;

/**
 * The start of a received message. It is authentic, and within the limits of its kind.
 *
 * @param kind kind
 * @param sender name of the sender
 * @param incarnation incarnation of the sender
 * @param epoch epoch of the message
 * @param messageId id of the message, unique in the sender's incarnation
 * @param attributes description of the body, at most {@link Message#MAX_ATTRIBUTE_BYTES}
 * @param bodyBytes size of the body
 */
@SuppressWarnings("ArrayRecordComponent") // belongs to the handler
public record MessageHeader(
    Kind kind,
    String sender,
    long incarnation,
    long epoch,
    long messageId,
    byte[] attributes,
    long bodyBytes) {}
