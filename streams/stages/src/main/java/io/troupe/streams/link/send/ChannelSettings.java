package io.troupe.streams.link.send;

/**
 * Sizes of the buffers of a link.
 *
 * @param windowBytes bytes in flight to one receiver
 * @param termBytes size of each of the three terms of a channel, at least twice the window
 * @param socketBytes buffers of a socket
 */
public record ChannelSettings(int windowBytes, int termBytes, int socketBytes) {}
