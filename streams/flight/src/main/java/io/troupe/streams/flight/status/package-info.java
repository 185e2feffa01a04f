/** The Flight status of each error: {@link io.troupe.streams.flight.status.Failures}. */
package io.troupe.streams.flight.status;
