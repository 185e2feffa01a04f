/**
 * The benchmark of the bulk transport: the same transfers by plain Aeron and by Troupe's transport.
 * Read {@link io.troupe.deploy.bench.transport.TransportBench} first.
 */
package io.troupe.deploy.bench.transport;
