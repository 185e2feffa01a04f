/**
 * Messages of the bulk transport as its users see them: {@link
 * io.troupe.streams.link.message.Message} with a {@link io.troupe.streams.link.message.Payload}
 * goes to a {@link io.troupe.streams.link.message.Peer}; at the receiver a {@link
 * io.troupe.streams.link.message.Route} decides per kind whether the message is assembled or
 * written to a {@link io.troupe.streams.link.message.Destination} as it arrives.
 */
package io.troupe.streams.link.message;
