/**
 * The Arrow Flight endpoint: tokens, log-probabilities and policy versions as columns. {@link
 * io.troupe.streams.flight.FlightEndpoint} starts the server, {@link
 * io.troupe.streams.flight.TokenProducer} answers its calls, and the packages below hold commands,
 * tickets, streams, exchanges, jobs and actions. Only this package and those below depend on Arrow
 * and gRPC.
 */
package io.troupe.streams.flight;
