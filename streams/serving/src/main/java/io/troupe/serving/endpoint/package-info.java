/**
 * An endpoint, whatever its protocol: {@link io.troupe.serving.endpoint.Endpoint} admits requests
 * and starts a {@link io.troupe.serving.endpoint.Generation} for each, whose events a protocol
 * writes to its client.
 */
package io.troupe.serving.endpoint;
