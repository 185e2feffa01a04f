/**
 * Tokens as Arrow columns: {@link io.troupe.streams.flight.rows.TokenSchema} describes them and
 * {@link io.troupe.streams.flight.rows.TokenRows} fills record batches with the events of the
 * decoder.
 */
package io.troupe.streams.flight.rows;
