/**
 * Streams from the decoder to a client. A {@link io.troupe.streams.flight.stream.TokenStream} is
 * the event-driven producer of one call: {@link io.troupe.streams.flight.stream.EventPump}s fill it
 * on the threads of the decoder, as far as its {@link io.troupe.streams.flight.stream.Gate} allows,
 * and a {@link io.troupe.streams.flight.stream.WriterLoop} writes it. No thread of gRPC produces,
 * and no thread waits for a client.
 */
package io.troupe.streams.flight.stream;
