/**
 * Seeded random numbers. {@link io.troupe.tensor.random.Philox} is a pure function of a key and a
 * counter; code that needs random numbers takes a generator as a parameter and derives its own
 * stream.
 */
package io.troupe.tensor.random;
