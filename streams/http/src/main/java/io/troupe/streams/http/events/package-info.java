/**
 * The way of decoded tokens to a client: {@link io.troupe.streams.http.events.EventStream} sends
 * them as server-sent events while they are decoded, {@link
 * io.troupe.streams.http.events.WholeResponse} when all have been. Both end decoding when the
 * client disconnects.
 */
package io.troupe.streams.http.events;
