package io.troupe.streams.http.server;

import java.time.Duration;

/**
 * Limits of connections.
 *
 * @param maxConnections maximum number of open connections; more are answered with status 503 and
 *     closed
 * @param maxBodyBytes maximum size of a request's body
 * @param idleTimeout maximum time for a request to arrive, and maximum time that a client does not
 *     read its response
 */
public record ServerLimits(int maxConnections, int maxBodyBytes, Duration idleTimeout) {}
