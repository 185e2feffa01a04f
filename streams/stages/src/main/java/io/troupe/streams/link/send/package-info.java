/**
 * The sending side of the bulk transport: {@link io.troupe.streams.link.send.SendLoop} is one
 * thread that advances a {@link io.troupe.streams.link.send.PeerChannel} per receiver, none of
 * which waits. Channels are opened through {@link io.troupe.streams.link.send.PublicationSource}.
 */
package io.troupe.streams.link.send;
