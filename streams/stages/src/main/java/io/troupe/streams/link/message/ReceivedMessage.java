package io.troupe.streams.link.message;

/**
 * An assembled message.
 *
 * @param header its start
 * @param body its body, which belongs to the handler
 */
@SuppressWarnings("ArrayRecordComponent") // belongs to the handler
public record ReceivedMessage(MessageHeader header, byte[] body) {}
