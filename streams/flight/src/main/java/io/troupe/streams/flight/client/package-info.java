/**
 * A client of a Flight endpoint for programs on the JVM that count and time tokens, such as the
 * load generator: {@link io.troupe.streams.flight.client.FlightCompletions}. It keeps Arrow's types
 * to itself.
 */
package io.troupe.streams.flight.client;
