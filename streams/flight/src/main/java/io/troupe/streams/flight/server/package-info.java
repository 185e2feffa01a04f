/**
 * The gRPC server under Flight: addresses, TLS, limits of connections and messages, keys, and the
 * health service. Read {@link io.troupe.streams.flight.server.GrpcServer} first.
 */
package io.troupe.streams.flight.server;
