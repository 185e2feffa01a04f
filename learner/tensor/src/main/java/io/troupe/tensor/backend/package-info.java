/**
 * What a backend computes: one interface, {@link io.troupe.tensor.backend.Backend}, put together
 * from small ones by kind of operation. Implementations are {@code io.troupe.tensor.cpu} (the fast
 * one) and {@code io.troupe.tensor.nd4j} (the reference, and the one for CUDA). Nothing here knows
 * about gradients.
 */
package io.troupe.tensor.backend;
