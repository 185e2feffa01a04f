/**
 * Seeded random numbers. {@link io.troupe.tensor.random.Philox} is a pure function of a key and a
 * counter; whatever needs randomness is handed one and derives its own stream.
 */
package io.troupe.tensor.random;
