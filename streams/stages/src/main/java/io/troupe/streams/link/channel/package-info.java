/**
 * The Aeron channels of the bulk transport: windows, buffers and datagram sizes that fit the system
 * and the path. Read {@link io.troupe.streams.link.channel.ChannelSettings} first.
 */
package io.troupe.streams.link.channel;
